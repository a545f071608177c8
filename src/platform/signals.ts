/** Signals that reach only whom they are meant for. */

import { constants } from "node:os";
import { closeSync } from "node:fs";
import type { ProcessIdentity } from "../model/inputs.ts";
import { isPresent } from "./identity.ts";
import { libc } from "./libc.ts";
import { processTable } from "./process-table.ts";

/** To every process of the group that `leader` leads, then SIGCONT, so that stopped ones hear it. The group's number
 *  cannot be another's while anything is left of it; when the leader's pid is another process, nothing is. */
export function signalGroup(leader: ProcessIdentity, signal: string): void {
  if (!mayBePresent(leader)) return;
  signalPid(-leader.pid, signal);
  if (signal !== "SIGKILL") signalPid(-leader.pid, "SIGCONT");
  // One that was taken over may be in the group of whoever started it, which is nobody's to signal.
  if (!leadsItsGroup(leader)) signalProcess(leader, [signal, "SIGCONT"]);
}

/** To every process of the group that `leader` leads, and nothing after it: what an operator sends. */
export function sendToGroup(leader: ProcessIdentity, signal: string): "sent" | "gone" | "refused" {
  if (!mayBePresent(leader)) return "gone";
  try {
    process.kill(-leader.pid, signalNumber(signal));
    return "sent";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    return code === "ESRCH" ? "gone" : "refused";
  }
}

/** To one process, through a descriptor that names it: its pid cannot become another's between check and signal. */
export function signalProcess(
  process: ProcessIdentity,
  signals: readonly string[],
  c = libc(),
): void {
  const fd = c?.pidfdOpen(process.pid) ?? null;
  try {
    if (!mayBePresent(process)) return;
    for (const signal of signals) {
      if (c === null || fd === null) signalPid(process.pid, signal);
      else c.pidfdSignal(fd, signalNumber(signal));
    }
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** To a process, or with a negative number to a group, whoever that is now. */
export function signalPid(pid: number, signal: string): void {
  try {
    process.kill(pid, signalNumber(signal));
  } catch {
    // Gone meanwhile, which is what most signals are for.
  }
}

function leadsItsGroup({ pid }: ProcessIdentity): boolean {
  try {
    const row = processTable.row(pid);
    return row === null || row.pgid === pid;
  } catch {
    return true; // No descriptor is left to look with; nearly all do.
  }
}

/** When it cannot be looked at, for want of descriptors, a signal is due nevertheless: its end was not told of. */
function mayBePresent(process: ProcessIdentity): boolean {
  try {
    return isPresent(process);
  } catch {
    return true;
  }
}

/** The highest number; the real-time signals of Linux have no names. */
export const LAST_SIGNAL = process.platform === "darwin" ? 31 : 64;

/** Whether there is such a signal: `SIGHUP`, `34`. */
export function isSignal(text: string): boolean {
  if (!/^\d+$/.test(text)) return Object.hasOwn(constants.signals, text);
  return Number(text) >= 1 && Number(text) <= LAST_SIGNAL;
}

/** The name of a signal; real-time signals have none but their numbers. */
export function signalName(number: number): string {
  const named = Object.entries(constants.signals).find(([, value]) => value === number);
  return named?.[0] ?? String(number);
}

/** `34` and the like are the real-time signals. */
function signalNumber(signal: string): number {
  return constants.signals[signal as NodeJS.Signals] ?? Number(signal);
}
