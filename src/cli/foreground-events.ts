/** What happens to the processes while they are followed: told to whoever sees to them, said on stderr between their
 *  lines. */

import { NoDaemonError } from "../client/connection.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import { ProcmanError } from "../model/errors.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { CommandContext } from "./command.ts";
import { noticeOf, noticesOf } from "./foreground-notices.ts";
import type { Held } from "./held.ts";

/** The lines of the processes: events wait for them. */
interface Lines {
  /** Aborts when there is nothing more to be followed. */
  readonly signal: AbortSignal;
  /** Resolves when the last of them was shown. */
  readonly shown: Promise<void>;
}

/** Until the signal aborts, and then what has happened until then; `sees` is told of each after it was said. */
export async function sayEvents(
  context: CommandContext,
  what: Held,
  lines: Lines,
  sees: (event: WireEvent) => void = () => {},
): Promise<void> {
  const { signal, shown } = lines;
  const notify = noticesOf(context, what);
  const onBack = (): void => {
    notify({ text: "the daemon was away and is back; the processes ran on", isBad: false });
  };
  let { afterSeq } = what;
  const say = async (event: WireEvent): Promise<void> => {
    afterSeq = event.seq;
    const notice = noticeOf(event, what);
    if (notice !== null) {
      await linesUntil(Date.parse(event.time), lines);
      notify(notice);
    }
    sees(event);
  };
  for await (const event of eventsOf(context, what, { signal, onBack })) await say(event);
  await shown;
  for await (const event of eventsOf(context, { ...what, afterSeq }, null)) await say(event);
}

/** How long the last events may keep the command from its end. */
const LAST_MS = 1_000;

/** Events of what is shown, until the signal aborts; goes on where it was when the daemon was away. With null, those
 *  that there are by now, as far as they can be had. */
async function* eventsOf(
  context: CommandContext,
  { project, shown, afterSeq }: Held,
  following: { readonly signal: AbortSignal; readonly onBack: () => void } | null,
): AsyncGenerator<WireEvent> {
  const { client, place } = context;
  const processes = new Set<string>(shown.map((id) => parseInstanceId(id as InstanceId).process));
  const follow = following !== null;
  const input = { ...place, project, all: false, sinceMs: null, types: [], follow };
  const signal = following?.signal ?? AbortSignal.timeout(LAST_MS);
  for (let seen = afterSeq; !signal.aborted;) {
    try {
      for await (const event of client.stream("events", { ...input, afterSeq: seen }, signal)) {
        seen = event.seq;
        if (event.process !== null && processes.has(event.process)) yield event;
      }
      if (!follow) return;
    } catch (error) {
      if (following === null || signal.aborted || error instanceof ProcmanError) return;
      if (!(error instanceof NoDaemonError)) throw error;
      if (await isBack(context, signal)) following.onBack();
    }
  }
}

/** Lines are looked for every 50 ms: after that long those are shown that were written before an event. */
const LINES_LAG_MS = 120;

async function linesUntil(timeMs: number, { signal, shown }: Lines): Promise<void> {
  const leftMs = Math.min(LINES_LAG_MS, timeMs + LINES_LAG_MS - Date.now());
  if (leftMs > 0 && !signal.aborted) await Promise.race([Bun.sleep(leftMs), shown]);
  if (signal.aborted) await shown;
}

/** Between two tries to reach a daemon that is being started again. */
const RETRY_MS = 100;

/** False when it was stopped, or is not waited for any more. */
async function isBack({ client }: CommandContext, signal: AbortSignal): Promise<boolean> {
  while (!signal.aborted) {
    await Bun.sleep(RETRY_MS);
    if (client.isStopped()) continue;
    const status = await client.ask("daemon-status", {}).catch(() => null);
    if (status !== null) return true;
  }
  return false;
}
