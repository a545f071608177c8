/** Probes, for real: of readiness until all have passed, of health for as long as the run is there. */

import type { RunId } from "../model/ids.ts";
import type { HealthProbe, ProbeHistory, ReadyProbe, ReadyTry } from "../model/probe.ts";
import type { HealthReport } from "../model/inputs.ts";
import type {
  Chance,
  Gauge,
  Hearing,
  Output,
  ProbedRun,
  Prober,
  Probing,
  ReadyVerdict,
} from "../supervisor/ports.ts";
import type { CommandJournal } from "./command-journal.ts";
import type { Outcome } from "./probes/attempt.ts";
import { accountOf, historyOf, tryAgainAndAgain, waitFor, type Task } from "./probes/task.ts";

export interface ProberOptions {
  readonly search: Output["search"];
  readonly chance: Chance;
  readonly gauge: Pick<Gauge, "measure">;
  readonly hearing: Hearing;
  /** Where the commands of probes are noted while they are under way; null: nowhere. */
  readonly commands: CommandJournal | null;
}

type Purpose = ProbeHistory["purpose"];

export function createProber(options: ProberOptions): RealProber {
  return new RealProber(options);
}

export class RealProber implements Prober {
  readonly #options: ProberOptions;
  readonly #runs = new Map<RunId, { readonly purpose: Purpose; readonly tasks: readonly Task[] }>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  untilReady(run: ProbedRun, probes: readonly ReadyProbe[], verdict: ReadyVerdict): Probing {
    let left = probes.length;
    const passed = (): void => {
      left -= 1;
      if (left > 0) return;
      this.#runs.delete(run.runId);
      verdict.ready();
    };
    // An edit may have taken them all away.
    if (left === 0) verdict.ready();
    const tasks: Task[] = probes.map((probe) => {
      if (probe.kind === "after") return waitFor(probe.afterMs, run.leader, passed);
      const means = { ...this.#options, run, purpose: "ready", fromStart: true } as const;
      const judge = readyJudge(probe, passed, (answer) => {
        probing.stop();
        verdict.never(answer);
      });
      return tryAgainAndAgain(probe, means, 0, judge);
    });
    const probing = this.#begin(run.runId, "ready", tasks);
    return probing;
  }

  watchHealth(
    run: ProbedRun & { readonly anew: boolean },
    probes: readonly HealthProbe[],
    onReport: (report: HealthReport) => void,
  ): Probing {
    const { chance } = this.#options;
    const tasks = probes.map((probe, index) => {
      const enough = probe.successThreshold ?? 1;
      let inARow = 0;
      // A daemon that takes up a thousand runs does not ask them all at once.
      const delayMs = run.anew ? 0 : probe.intervalMs * chance.next();
      const means = { ...this.#options, run, purpose: "health", fromStart: run.anew } as const;
      return tryAgainAndAgain(probe, means, delayMs, (outcome) => {
        const { passed, text: answer } = outcome;
        inARow = passed ? inARow + 1 : 0;
        const report = { probe: index, passed, means: outcome.means ?? null, answer };
        if (inARow <= enough) onReport({ kind: "probed", ...report });
        return true;
      });
    });
    return this.#begin(run.runId, "health", tasks);
  }

  historyOf(runId: RunId): readonly ProbeHistory[] {
    const { purpose = "ready", tasks = [] } = this.#runs.get(runId) ?? {};
    return tasks.map((task) => historyOf(task, purpose));
  }

  /** Ends all that is under way: commands that probe would go on without an end to their time. */
  close(): void {
    for (const { tasks } of this.#runs.values()) {
      for (const task of tasks) task.stop();
    }
    this.#runs.clear();
  }

  #begin(runId: RunId, purpose: Purpose, tasks: readonly Task[]): Probing {
    const entry = { purpose, tasks };
    this.#runs.set(runId, entry);
    return {
      stop: () => {
        for (const task of tasks) task.stop();
        if (this.#runs.get(runId) === entry) this.#runs.delete(runId);
      },
      account: () => accountOf(tasks),
    };
  }
}

/** Judges one outcome after the other; false when no more are wanted. */
function readyJudge(
  { successThreshold = 1, failureThreshold = Infinity }: ReadyTry,
  passed: () => void,
  never: (answer: string) => void,
): (outcome: Outcome) => boolean {
  let successes = 0;
  let failures = 0;
  return (outcome) => {
    successes = outcome.passed ? successes + 1 : 0;
    failures = outcome.passed ? 0 : failures + 1;
    if (successes >= successThreshold) {
      passed();
      return false;
    }
    if (failures < failureThreshold) return true;
    never(`${outcome.text} (${failures === 1 ? "1 failure" : `${failures} failures in a row`})`);
    return false;
  };
}
