/** `ls --watch` and `stats --watch`: looks anew at every event, and as often as the ages of processes change. */

import { NoDaemonError } from "../client/connection.ts";
import { ProcmanError } from "../model/errors.ts";
import type { CommandContext } from "./command.ts";

export interface StatusWatch<Row> {
  /** Throws at the first look what a single look would throw; later ones show what there is. */
  readonly look: () => Promise<readonly Row[]>;
  /** `trouble`: why it is what was seen last, and nothing newer. */
  readonly show: (rows: readonly Row[], trouble: string | null) => void;
  /** How often is looked without any event; null never. */
  readonly everyMs: number | null;
  /** How long after an event it is looked: what happens meanwhile is looked at together. */
  readonly togetherMs?: number;
}

/** Many events come at once. */
const TOGETHER_MS = 50;
/** Between two tries to hear of events. */
const RETRY_MS = 250;

/** Goes on until `ended`. */
export async function watchStatuses<Row>(
  context: CommandContext,
  { look, show, everyMs, togetherMs = TOGETHER_MS }: StatusWatch<Row>,
  ended: AbortSignal,
): Promise<void> {
  let changed = Promise.withResolvers<void>();
  const stopped = new Promise<void>((resolve) => ended.addEventListener("abort", () => resolve()));
  const before = await context.client.ask("daemon-status", {});
  let seen = await look();
  show(seen, null);
  void listen(context, { after: before?.lastSeq ?? null, changed: () => changed.resolve() }, ended);
  while (!ended.aborted) {
    const tick = everyMs === null ? [] : [pause(everyMs, ended)];
    await Promise.race([changed.promise, stopped, ...tick]);
    await pause(togetherMs, ended);
    // What happens while it is looked at is looked at next.
    changed = Promise.withResolvers<void>();
    try {
      seen = await look();
      show(seen, null);
    } catch (error) {
      if (!(error instanceof ProcmanError)) throw error;
      const isGone = GONE.has(error.problem.code);
      if (isGone) seen = [];
      show(seen, isGone ? null : error.message);
    }
  }
}

/** Over at once when all is: a timer that goes on would keep the program from ending. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      ended.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ended.aborted ? 0 : ms);
    ended.addEventListener("abort", done);
  });
}

/** Nothing of it is known any more, as after a `down`. */
const GONE: ReadonlySet<string> = new Set(["PROJECT_NOT_FOUND", "NO_PROJECT", "PROCESS_NOT_FOUND"]);

interface Listener {
  /** The number of the last event that was seen; null when there was no daemon to ask. */
  readonly after: number | null;
  readonly changed: () => void;
}

/** Tells of every event, and of a daemon that came or went. */
async function listen(
  { client, place }: CommandContext,
  { after, changed }: Listener,
  ended: AbortSignal,
): Promise<void> {
  let afterSeq = after;
  let isThere = after !== null;
  while (!ended.aborted) {
    try {
      if (afterSeq === null) {
        afterSeq = (await client.ask("daemon-status", {}))?.lastSeq ?? null;
        if (afterSeq !== null) changed();
      }
      const input = { ...place, all: true, afterSeq, sinceMs: null, types: [], follow: true };
      for await (const event of client.stream("events", input, ended)) {
        isThere = true;
        afterSeq = event.seq;
        changed();
      }
    } catch (error) {
      if (!(error instanceof NoDaemonError) && !(error instanceof ProcmanError)) return;
      if (isThere) changed();
      isThere = false;
    }
    await pause(RETRY_MS, ended);
  }
}
