/** What a checker is: it sees everything that happens and throws when its one promise is broken. */

import type { JournalEvent } from "../../../src/model/events.ts";
import type { RunId } from "../../../src/model/ids.ts";
import type { InputOf, ProcessIdentity } from "../../../src/model/inputs.ts";
import type { Changes, World } from "../../../src/model/state.ts";
import type { Metric } from "../../../src/model/use.ts";
import type { SimProcess } from "../faults.ts";
import type { SimWorld } from "../world.ts";

export type Measured = Readonly<Record<Metric, number | null>> & {
  readonly threads?: number | null;
};

export interface Checker {
  /** The promise, as a sentence. */
  readonly promise: string;
  /** After a commit; `before` is the world as it was. */
  committed?(
    before: World,
    after: World,
    changes: Changes,
    events: readonly JournalEvent[],
    sim: SimWorld,
  ): void;
  probingBegan?(runId: RunId): void;
  measured?(runId: RunId, values: Measured, sim: SimWorld): void;
  measuredTogether?(input: InputOf<"group-measured">, sim: SimWorld): void;
  probed?(runId: RunId, probe: number, passed: boolean, sim: SimWorld): void;
  /** What it was told since its last commit may be lost. */
  daemonDied?(): void;
  spawned?(process: SimProcess, world: World, sim: SimWorld): void;
  signalled?(leader: ProcessIdentity, signal: string, world: World, sim: SimWorld): void;
  swept?(runId: RunId, leader: ProcessIdentity, world: World): void;
  /** When the world was calmed and has come to rest. */
  rested?(world: World, sim: SimWorld): void;
}

export function broken(what: string): never {
  throw new Error(what);
}
