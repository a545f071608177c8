/** How the foreground ends: with which exit status. */

import { constants } from "node:os";
import { EXIT, ProcmanError } from "../model/errors.ts";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";

/** The processes shown, as they are now; none when they are forgotten: stopped from elsewhere. */
export async function statusesOf(
  { client, place }: CommandContext,
  { project, shown }: Held,
): Promise<readonly Status[]> {
  const input = { ...place, project, targets: [], all: false };
  // A daemon that was stopped has stopped everything, and must not be started again only to say so.
  const statuses = await client.askUnlessStopped("list", input).catch((error: unknown) => {
    if (error instanceof ProcmanError) return [];
    throw error;
  });
  return (statuses ?? []).filter(({ id }) => shown.includes(id));
}

/** 0 when all completed or were stopped from elsewhere, else the code of the first that failed. */
export function statusOfAll(statuses: readonly Status[]): number {
  const [first] = statuses.filter(hasFailed).toSorted(byEnd);
  return first === undefined ? EXIT.ok : codeOf(first);
}

function hasFailed({ state }: Status): boolean {
  return state === "failed" || state === "skipped";
}

function byEnd(one: Status, other: Status): number {
  return (one.stoppedAt ?? one.since).localeCompare(other.stoppedAt ?? other.since);
}

function codeOf({ exitCode, signal }: Status): number {
  if (exitCode !== null && exitCode !== 0) return exitCode;
  return signal === null ? EXIT.failed : 128 + signalNumber(signal);
}

function signalNumber(signal: string): number {
  return constants.signals[signal as NodeJS.Signals] ?? Number(signal);
}
