/** What happens to the processes while they are followed, said on stderr between their lines. */

import { NoDaemonError } from "../client/connection.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import { ProcmanError } from "../model/errors.ts";
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

/** Until the signal aborts, and then what has happened until then; goes on where it was when the daemon was away. */
export async function sayEvents(
  context: CommandContext,
  what: Pick<Held, "project" | "shown" | "afterSeq">,
  lines: Lines,
): Promise<void> {
  const { signal, shown } = lines;
  const { client, place } = context;
  const input = { ...place, project: what.project, all: false, sinceMs: null, types: [] };
  const processes = new Set<string>(
    what.shown.map((id) => parseInstanceId(id as InstanceId).process),
  );
  const notify = noticesOf(context, what);
  let { afterSeq } = what;
  const say = async (follow: boolean, until: AbortSignal): Promise<void> => {
    for await (const event of client.stream("events", { ...input, afterSeq, follow }, until)) {
      afterSeq = event.seq;
      const isShown = event.process !== null && processes.has(event.process);
      const notice = isShown ? noticeOf(event) : null;
      if (notice === null) continue;
      await linesUntil(Date.parse(event.time), lines);
      notify(notice);
    }
  };
  while (!signal.aborted) {
    try {
      await say(true, signal);
    } catch (error) {
      if (signal.aborted) break;
      if (error instanceof ProcmanError) return;
      if (!(error instanceof NoDaemonError)) throw error;
      if (await isBack(context, signal)) {
        notify({ text: "the daemon was away and is back; the processes ran on", isBad: false });
      }
    }
  }
  await shown;
  await say(false, AbortSignal.timeout(LAST_MS)).catch(() => {
    // The daemon or the project is gone: the end is told without its last events.
  });
}

/** How long the last events may keep the command from its end. */
const LAST_MS = 1_000;

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
