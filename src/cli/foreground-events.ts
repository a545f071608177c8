/** What happens to the processes while they are followed, said on stderr between their lines. */

import { NoDaemonError } from "../client/connection.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import { ProcmanError } from "../model/errors.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";

/** Until the signal aborts; goes on where it was when the daemon was away. */
export async function sayEvents(
  context: CommandContext,
  what: Held,
  signal: AbortSignal,
): Promise<void> {
  const { client, place, say } = context;
  const { project, shown } = what;
  const processes = new Set(shown.map((id) => parseInstanceId(id as InstanceId).process));
  const input = { ...place, project, all: false, sinceMs: null, types: [], follow: true };
  let { afterSeq } = what;
  while (!signal.aborted) {
    try {
      for await (const event of client.stream("events", { ...input, afterSeq }, signal)) {
        afterSeq = event.seq;
        if (event.process === null || !processes.has(event.process)) continue;
        const text = what.isPlain && isEnd(event) ? null : describe(event);
        if (text !== null) say(text);
      }
    } catch (error) {
      if (signal.aborted || error instanceof ProcmanError) return;
      if (!(error instanceof NoDaemonError)) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

/** Between two tries to reach a daemon that is being started again. */
const RETRY_MS = 100;

/** The exit status says it. */
function isEnd({ type, data }: WireEvent): boolean {
  if (type === "process.failed") return !String(data["reason"]).includes("; ");
  return type === "process.completed";
}

/** Null for what the lines themselves show. */
function describe({ type, process, instance, data }: WireEvent): string | null {
  const name = instance === 1 || instance === null ? process : `${process}.${instance}`;
  const reason = typeof data["reason"] === "string" ? `: ${data["reason"]}` : "";
  switch (type) {
    case "process.backoff":
      return `${name}${reason}; starts again in ${Number(data["delayMs"])} ms`;
    case "process.failed":
      return `${name} failed${reason}`;
    case "process.skipped":
      return `${name} is skipped${reason}`;
    case "process.completed":
      return `${name} completed`;
    case "process.restarting":
      return `${name} is restarted`;
    case "process.killed":
      return `${name} was killed${reason}`;
    default:
      return null;
  }
}
