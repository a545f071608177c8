/** Measurements of the simulated world: what each run uses moves up and down. */

import type { RunId } from "../../src/model/ids.ts";
import type { InputOf } from "../../src/model/inputs.ts";
import type { World } from "../../src/model/state.ts";
import type { Random } from "./random.ts";

const MOST = 260;
const STEP = 60;

export class SimMetering {
  readonly #random: Random;
  readonly #values = new Map<RunId, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** Of what runs, and now and then of a run that is over. */
  inputs({ instances }: World, isCalm: boolean): InputOf<"run-reported">[] {
    return [...instances.values()].flatMap(({ id, state, lastRun }) => {
      if (lastRun === null || (state.kind !== "running" && this.#random.chance(0.9))) return [];
      const runId = lastRun.id;
      const report = {
        kind: "measured",
        memory: this.#next(runId, isCalm),
        cpu: !isCalm && this.#random.chance(0.2) ? null : this.#next(`cpu ${runId}`, isCalm),
        threads: !isCalm && this.#random.chance(0.2) ? null : this.#next(`n ${runId}`, isCalm),
      } as const;
      const grown = { bytesPerHour: 1, fromBytes: 1, toBytes: 2, durationMs: 1 };
      const growth = this.#random.chance(isCalm ? 0 : 0.05)
        ? [{ kind: "growth-seen", ...grown } as const]
        : [];
      return [report, ...growth].map((it) => {
        return { kind: "run-reported", instance: id, runId, report: it } as const;
      });
    });
  }

  /** Of the members that these were measured of. */
  groups({ instances }: World, measured: readonly InputOf<"run-reported">[]) {
    const members = measured.flatMap(({ instance, runId, report }) => {
      const state = instances.get(instance)?.state;
      const run = state !== undefined && "run" in state ? state.run : undefined;
      const isIn = run?.id === runId && run.confinement?.shared?.name === "one";
      return report.kind === "measured" && isIn ? [{ instance, runId, report }] : [];
    });
    return {
      kind: "group-measured",
      project: "sim",
      group: "one",
      members: members.map(({ instance, runId, report: { memory, cpu, threads = null } }) => {
        return { instance, runId, memory, cpu, threads };
      }),
    } as const;
  }

  #next(name: string, isCalm: boolean): number {
    const before = this.#values.get(name) ?? this.#random.between(0, MOST);
    const moved = before + this.#random.between(-STEP, STEP);
    const value = isCalm ? 1 : Math.min(MOST, Math.max(0, moved));
    this.#values.set(name, value);
    return value;
  }
}
