/** The pid file of an instance: it has the run of that, never the one beside it. */

import { pidFileOf } from "../model/pid-file.ts";
import type { Instance, Run } from "../model/state.ts";
import type { Turn } from "./turn.ts";

export function pidFileFor(turn: Turn, instance: Instance): string | null {
  return instance.role === undefined ? pidFileOf(turn.specOf(instance), instance.index) : null;
}

/** Where a run has become that of its instance after its start. */
export function nameRun(turn: Turn, instance: Instance, { pid, startTicks }: Run): void {
  const pidFile = pidFileFor(turn, instance);
  if (pidFile === null) return;
  turn.perform({ kind: "name-run", identity: { pid, startTicks }, pidFile });
}
