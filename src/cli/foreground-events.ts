/** What happens to the processes while they are followed: told to whoever sees to them, said on stderr. */

import { NoDaemonError } from "../client/connection.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import { ProcmanError } from "../model/errors.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";

/** Until the signal aborts, or nothing more can come; goes on where it was when the daemon was away. */
export async function* eventsOf(
  { client, place }: CommandContext,
  { project, shown, afterSeq }: Pick<Held, "project" | "shown" | "afterSeq">,
  signal: AbortSignal | null,
): AsyncGenerator<WireEvent> {
  const processes = new Set(shown.map((id) => parseInstanceId(id as InstanceId).process));
  const follow = signal !== null;
  const input = { ...place, project, all: false, sinceMs: null, types: [], follow };
  const over = signal ?? new AbortController().signal;
  for (let seen = afterSeq; !over.aborted;) {
    try {
      for await (const event of client.stream("events", { ...input, afterSeq: seen }, over)) {
        seen = event.seq;
        if (event.process !== null && processes.has(event.process)) yield event;
      }
      if (!follow) return;
    } catch (error) {
      // Without a daemon there is no more to be had of what has happened.
      if (!follow || over.aborted || error instanceof ProcmanError) return;
      if (!(error instanceof NoDaemonError)) throw error;
      await Bun.sleep(RETRY_MS);
    }
  }
}

/** Until the signal aborts; `sees` is told of each after it was said. */
export async function sayEvents(
  context: CommandContext,
  what: Held,
  signal: AbortSignal,
  sees: (event: WireEvent) => void = () => {},
): Promise<void> {
  for await (const event of eventsOf(context, what, signal)) {
    const text = what.isPlain && isEnd(event) ? null : describe(event);
    if (text !== null) context.say(text);
    sees(event);
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
