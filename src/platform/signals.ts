/** Signals that reach only whom they are meant for. */

import { constants } from "node:os";
import { closeSync } from "node:fs";
import type { ProcessIdentity } from "../model/inputs.ts";
import { isPresent } from "./identity.ts";
import { libc } from "./libc.ts";

/** To every process of the group that `leader` leads, then SIGCONT, so that stopped ones hear it. The group's number
 *  cannot be another's while anything is left of it; when the leader's pid is another process, nothing is. */
export function signalGroup(leader: ProcessIdentity, signal: string): void {
  if (!isPresent(leader)) return;
  send(-leader.pid, signal);
  if (signal !== "SIGKILL") send(-leader.pid, "SIGCONT");
}

/** To one process, through a descriptor that names it: its pid cannot become another's between check and signal. */
export function signalProcess(process: ProcessIdentity, signal: string): void {
  const c = libc();
  const fd = c?.pidfdOpen(process.pid) ?? null;
  if (c === null || fd === null) {
    if (isPresent(process)) send(process.pid, signal);
    return;
  }
  try {
    if (isPresent(process)) c.pidfdSignal(fd, signalNumber(signal));
  } finally {
    closeSync(fd);
  }
}

/** `SIGRTMIN+1` and the like are numbers for people who need them: `34`, `35`. */
function signalNumber(signal: string): number {
  const named = constants.signals[signal as NodeJS.Signals];
  return named ?? Number(signal);
}

function send(pid: number, signal: string): void {
  try {
    process.kill(pid, signalNumber(signal));
  } catch {
    // Gone meanwhile, which is what most signals are for.
  }
}
