/** Probes, for real: of readiness until all have passed, of health for as long as the run is there. */

import type { RunId } from "../model/ids.ts";
import { parseInstanceId } from "../model/ids.ts";
import type { ProbeHistory, TriedProbe } from "../model/probe.ts";
import type { Chance, Output, ProbedRun, Prober } from "../supervisor/ports.ts";
import { processTable } from "./process-table.ts";
import { failed, type Attempt, type Outcome } from "./probes/attempt.ts";
import { execAttempt } from "./probes/exec.ts";
import { httpAttempt } from "./probes/http.ts";
import { logAttempt } from "./probes/log.ts";
import { ProbeLoop } from "./probes/probe-loop.ts";
import { tcpAttempt } from "./probes/tcp.ts";

export interface ProberOptions {
  readonly search: Output["search"];
  readonly chance: Chance;
}

type Purpose = ProbeHistory["purpose"];

/** One probe of a run. */
interface Task {
  readonly kind: ProbeHistory["kind"];
  /** Null for one that waits only. */
  readonly loop: ProbeLoop | null;
  isDone: boolean;
  stop(): void;
}

export function createProber({ search, chance }: ProberOptions): Prober {
  const runs = new Map<RunId, { readonly purpose: Purpose; readonly tasks: readonly Task[] }>();

  const probing = (runId: RunId, purpose: Purpose, tasks: readonly Task[]) => {
    const entry = { purpose, tasks };
    runs.set(runId, entry);
    return {
      stop() {
        for (const task of tasks) task.stop();
        if (runs.get(runId) === entry) runs.delete(runId);
      },
      account: () => accountOf(tasks),
    };
  };

  const loopOf = (probe: TriedProbe, way: Way, options: LoopWay): Task => {
    const { attempt, close } = attemptOf(probe, way, search);
    const loop = new ProbeLoop({ pace: probe, attempt, chance: () => chance.next(), ...options });
    return {
      kind: probe.kind,
      loop,
      isDone: false,
      stop() {
        loop.stop();
        close();
      },
    };
  };

  return {
    untilReady(run, probes, onReady) {
      let left = probes.length;
      const tryReady = (probe: TriedProbe, done: () => void): Task => {
        let inARow = 0;
        const onOutcome = ({ passed }: Outcome): boolean => {
          inARow = passed ? inARow + 1 : 0;
          const isEnough = inARow >= (probe.successThreshold ?? 1);
          if (isEnough) done();
          return !isEnough;
        };
        const way = { run, purpose: "ready", fromStart: true } as const;
        return loopOf(probe, way, { delayMs: 0, onOutcome });
      };
      const tasks = probes.map((probe): Task => {
        const done = (): void => {
          task.isDone = true;
          task.stop();
          left -= 1;
          if (left > 0) return;
          runs.delete(run.runId);
          onReady();
        };
        const task =
          probe.kind === "after" ? wait(probe.afterMs, run, done) : tryReady(probe, done);
        return task;
      });
      return probing(run.runId, "ready", tasks);
    },

    watchHealth(run, probes, onReport) {
      const tasks = probes.map((probe, index) => {
        const enough = probe.successThreshold ?? 1;
        let inARow = 0;
        const onOutcome = ({ passed, text: answer, means }: Outcome): boolean => {
          inARow = passed ? inARow + 1 : 0;
          if (inARow <= enough)
            onReport({ kind: "probed", probe: index, passed, means: means ?? null, answer });
          return true;
        };
        // A daemon that takes up a thousand runs does not ask them all at once.
        const delayMs = run.anew ? 0 : probe.intervalMs * chance.next();
        const way = { run, purpose: "health", fromStart: run.anew } as const;
        return loopOf(probe, way, { delayMs, onOutcome });
      });
      return probing(run.runId, "health", tasks);
    },

    historyOf(runId) {
      const { purpose = "ready", tasks = [] } = runs.get(runId) ?? {};
      return tasks.map(({ kind, loop }) => ({
        purpose,
        kind,
        tries: loop?.tries ?? 0,
        answers: [...(loop?.answers ?? [])],
      }));
    },
  };
}

interface Way {
  readonly run: ProbedRun;
  readonly purpose: Purpose;
  readonly fromStart: boolean;
}

interface LoopWay {
  readonly delayMs: number;
  readonly onOutcome: (outcome: Outcome) => boolean;
}

function attemptOf(
  probe: TriedProbe,
  { run, purpose, fromStart }: Way,
  search: Output["search"],
): { readonly attempt: Attempt; close(): void } {
  const close = (): void => {}; // Nothing is held between attempts.
  switch (probe.kind) {
    case "http":
      return { attempt: httpAttempt(probe), close };
    case "tcp":
      return { attempt: tcpAttempt(probe), close };
    case "exec": {
      const { command } = probe;
      if (command.kind === "list")
        return { attempt: execAttempt(command.argv, run.launch, probe), close };
      return { attempt: async () => failed("its command was not taken apart"), close };
    }
    case "log": {
      const searching = search(
        { ...parseInstanceId(run.instance), runId: run.runId },
        probe,
        fromStart,
      );
      return { attempt: logAttempt(probe, purpose, searching), close: () => searching.close() };
    }
  }
}

function wait(afterMs: number, run: ProbedRun, done: () => void): Task {
  const timer = setTimeout(done, Math.max(0, afterMs - processTable.ageMs(run.leader)));
  return { kind: "after", loop: null, isDone: false, stop: () => clearTimeout(timer) };
}

function accountOf(tasks: readonly Task[]): string | null {
  const said = tasks.flatMap(({ isDone, loop }) => {
    const last = loop?.answers.at(-1);
    if (isDone || loop === null || last === undefined) return [];
    const tries = loop.tries === 1 ? "1 try" : `${loop.tries} tries`;
    return `${last.text}, ${tries}`;
  });
  return said.length === 0 ? null : said.join("; ");
}
