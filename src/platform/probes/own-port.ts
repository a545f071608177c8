/** A probe of a run beside another of the same process: while the other one listens on the port that is asked, and this
 *  one does not, the answer is the other's. */

import type { ProbedRun } from "../../supervisor/ports.ts";
import { ProcessForest } from "../process-tree.ts";
import { processTable } from "../process-table.ts";
import { failed, type Attempt } from "./attempt.ts";

/** Passes where `attempt` does and the run listens there itself, or nobody else of its process does. */
export function ofOwnPort(attempt: Attempt, port: number | null, run: ProbedRun): Attempt {
  return async (end) => {
    const outcome = await attempt(end);
    if (!outcome.passed || port === null || !isAnsweredByOther(port, run)) return outcome;
    return failed(`port ${port} was answered by the run before it: it does not listen there yet`);
  };
}

export function portOfUrl(url: string): number | null {
  if (!URL.canParse(url)) return null;
  const { port, protocol } = new URL(url);
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}

/** Null for what is no address of a port. */
export function portOfAddress(address: string): number | null {
  const port = /(?:^|:)(\d+)$/.exec(address)?.[1];
  return port === undefined ? null : Number(port);
}

function isAnsweredByOther(port: number, { runId, leader, launch }: ProbedRun): boolean {
  const listeners = processTable.listenersOn(port);
  if (listeners.includes(leader.pid)) return false;
  const own = new Set(new ProcessForest().membersOf(runId, leader).map(({ pid }) => pid));
  if (listeners.some((pid) => own.has(pid))) return false;
  return listeners.some((pid) => isOfProcess(pid, launch.env));
}

/** Of another process, as a server before it, it is the answer that is meant. Where environments are hidden nobody knows. */
function isOfProcess(pid: number, env: Readonly<Record<string, string>>): boolean {
  const of = processTable.environmentOf(pid);
  if (of === null) return true;
  return ["PROCMAN_PROJECT", "PROCMAN_PROCESS"].every((name) => of[name] === env[name]);
}
