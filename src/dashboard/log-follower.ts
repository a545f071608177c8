/** Follows a log for a page: as it is written while it is written at a pace that somebody could look at; in jumps to its
 *  end while it floods, so that neither the page nor the daemon does work that nobody sees. */

import type { LogLine } from "../protocol/logs.ts";
import { messages, Problem } from "./api.ts";

export interface LogReceiver {
  take(lines: readonly LogLine[]): void;
  /** Said between lines. */
  note(text: string): void;
  /** The log cannot be followed that way. */
  refused(problem: Problem): void;
}

/** What is asked for at first, and after a jump. */
export const PAGE_LINES = 400;
/** More than so many within a second are a flood. */
const FLOOD_LINES = 2_000;
const SECOND_MS = 1_000;
const RETRY_MS = 1_500;

/** `pathFrom`: what is asked for, after a cursor or from the end. */
export async function followLog(
  pathFrom: (cursor: string | null) => string,
  receiver: LogReceiver,
  signal: AbortSignal,
): Promise<void> {
  let cursor: string | null = null;
  let isCutOff = false;
  while (!signal.aborted) {
    try {
      const begunMs = Date.now();
      let isFlood = false;
      let count = 0;
      let sinceMs = begunMs;
      for await (const some of messages(pathFrom(cursor), { lastId: null, signal })) {
        if (isCutOff) receiver.note("the connection was lost; some lines may be left out here");
        isCutOff = false;
        const lines = some.map(({ data }) => JSON.parse(data) as LogLine);
        cursor = lines.at(-1)?.cursor ?? cursor;
        receiver.take(lines);
        const now = Date.now();
        if (now - sinceMs >= SECOND_MS) [count, sinceMs] = [0, now];
        count += lines.length;
        isFlood = count > FLOOD_LINES;
        if (isFlood) break;
      }
      if (isFlood) {
        await pause(SECOND_MS, signal);
        receiver.note("too many lines at once: some are left out here");
        continue;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      const isRefusal = error.status >= 400 && error.status < 500 && error.status !== 401;
      if (isRefusal) return receiver.refused(error);
    }
    isCutOff = cursor !== null;
    await pause(RETRY_MS, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => resolve(), ms);
  signal.addEventListener("abort", () => {
    clearTimeout(timer);
    resolve();
  });
  return promise;
}
