/** One probe of one run at work. */

import { parseInstanceId } from "../../model/ids.ts";
import type { ProcessIdentity } from "../../model/inputs.ts";
import type { ProbeHistory, TriedProbe } from "../../model/probe.ts";
import type { Chance, Gauge, Hearing, Output, ProbedRun } from "../../supervisor/ports.ts";
import { LONGEST_SLEEP_MS } from "../clock.ts";
import { processTable } from "../process-table.ts";
import type { CommandJournal } from "../command-journal.ts";
import { failed, type Attempt, type Outcome } from "./attempt.ts";
import { execAttempt } from "./exec.ts";
import { hiding } from "../hiding.ts";
import { httpAttempt } from "./http.ts";
import { pulseAttempt, readyAttempt } from "./ipc.ts";
import { logAttempt } from "./log.ts";
import { ProbeLoop, type LoopOptions } from "./probe-loop.ts";
import { ofOwnPort, portOfAddress, portOfUrl } from "./own-port.ts";
import { resourceAttempt } from "./resource.ts";
import { tcpAttempt } from "./tcp.ts";

export interface Task {
  readonly kind: ProbeHistory["kind"];
  /** Null for one that only waits. */
  readonly loop: ProbeLoop | null;
  /** Nothing is told any more. */
  stop(): void;
}

/** What a probe needs beside itself. */
export interface TaskMeans {
  readonly run: ProbedRun;
  readonly purpose: ProbeHistory["purpose"];
  /** False: output that was written before is not looked at. */
  readonly fromStart: boolean;
  readonly search: Output["search"];
  readonly hearing: Hearing;
  readonly chance: Chance;
  readonly gauge: Pick<Gauge, "measure">;
  readonly commands: CommandJournal | null;
}

/** Until `onOutcome` says false. */
export function tryAgainAndAgain(
  probe: TriedProbe,
  means: TaskMeans,
  delayMs: number,
  onOutcome: (outcome: Outcome) => boolean,
): Task {
  const { attempt, close } = attemptOf(probe, means);
  const isTold = probe.kind === "ipc" && means.purpose === "ready";
  const loop = new ProbeLoop({
    // What it says is heard at once; only an attempt that has waited in vain is repeated.
    pace: isTold ? { ...probe, intervalMs: 0 } : probe,
    attempt,
    chance: () => means.chance.next(),
    delayMs,
    onOutcome(outcome) {
      const goesOn = onOutcome(outcome);
      if (!goesOn) close();
      return goesOn;
    },
  });
  const unhear =
    probe.kind === "ipc" && !isTold
      ? means.hearing.onHealth(means.run.runId, () => loop.hurry())
      : nothingHeld;
  return {
    kind: probe.kind,
    loop,
    stop() {
      loop.stop();
      unhear();
      close();
    },
  };
}

/** Until the process has lived that long. */
export function waitFor(afterMs: number, leader: ProcessIdentity, onOver: () => void): Task {
  const leftMs = Math.max(0, afterMs - processTable.ageMs(leader));
  const timer = setTimeout(onOver, Math.min(leftMs, LONGEST_SLEEP_MS));
  return { kind: "after", loop: null, stop: () => clearTimeout(timer) };
}

export function historyOf({ kind, loop }: Task, purpose: ProbeHistory["purpose"]): ProbeHistory {
  return { purpose, kind, tries: loop?.tries ?? 0, answers: [...(loop?.answers ?? [])] };
}

/** What those that have not passed said last, and how often they were tried; null when none has said anything. */
export function accountOf(tasks: readonly Task[]): string | null {
  const said = tasks.flatMap(({ loop }) => {
    const last = loop?.answers.at(-1);
    if (loop === null || last === undefined || loop.isOver) return [];
    return `${last.text}, ${loop.tries === 1 ? "1 try" : `${loop.tries} tries`}`;
  });
  return said.length === 0 ? null : said.join("; ");
}

interface OpenAttempt {
  readonly attempt: LoopOptions["attempt"];
  readonly close: () => void;
}

function attemptOf(probe: TriedProbe, means: TaskMeans): OpenAttempt {
  const { run, purpose, fromStart, search, hearing } = means;
  const hide = hiding(run.launch.env);
  switch (probe.kind) {
    case "http": {
      const attempt = httpAttempt(probe, hide);
      const port = portOfUrl(probe.url);
      const own = run.isBeside === true ? ofOwnPort(attempt, port, run) : attempt;
      return { attempt: own, close: nothingHeld };
    }
    case "tcp": {
      const attempt = tcpAttempt(probe);
      const port = portOfAddress(probe.address);
      const own = run.isBeside === true ? ofOwnPort(attempt, port, run) : attempt;
      return { attempt: own, close: nothingHeld };
    }
    case "exec": {
      const { command } = probe;
      // The core has taken it apart for this run.
      const attempt: Attempt =
        command.kind === "list"
          ? execAttempt(command.argv, run.launch, probe, means.commands)
          : async () => failed("its command was not expanded");
      return { attempt, close: nothingHeld };
    }
    case "resource": {
      const { runId, leader } = run;
      return {
        attempt: resourceAttempt(probe, { runId, leader }, means.gauge),
        close: nothingHeld,
      };
    }
    case "log": {
      const { project, process, index } = parseInstanceId(run.instance);
      const searching = search({ project, process, index, runId: run.runId }, probe, fromStart);
      return {
        attempt: logAttempt(probe, purpose, searching, hide),
        close: () => searching.close(),
      };
    }
    case "ipc":
      return purpose === "ready"
        ? { attempt: readyAttempt(run.runId, hearing, probe), close: nothingHeld }
        : { attempt: pulseAttempt(run.runId, hearing, probe), close: nothingHeld };
  }
}

function nothingHeld(): void {
  // Between two attempts there is nothing to let go of.
}
