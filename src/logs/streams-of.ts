/** The streams of a run, opened by the log worker. */

import type { LogLibc } from "./libc.ts";
import type { LogFiles, SharedLog } from "./log-files.ts";
import type { Merging } from "./merging.ts";
import type { Command } from "./messages.ts";
import { Overflow } from "./overflow.ts";
import type { Scratch } from "./scratch.ts";
import { Stream } from "./stream.ts";

export interface StreamMeans {
  readonly logFiles: LogFiles;
  readonly libc: LogLibc;
  readonly scratch: Scratch;
  /** Called for each stream, once its pipe is open. */
  readonly merge: () => Merging | null;
}

/** All or none: throws when a pipe cannot be opened. */
export function streamsOf(
  { runId, streams, rules, onFull }: Extract<Command, { kind: "open" }>,
  { logFiles, libc, scratch, merge }: StreamMeans,
): readonly Stream[] {
  const opened: Stream[] = [];
  const leave = (log: SharedLog): void => logFiles.leave(log);
  for (const { fifo, log: path } of streams) {
    const log = logFiles.join(path, rules);
    const overflow = new Overflow(onFull);
    try {
      opened.push(new Stream({ fifo, runId, log, leave, overflow, merge, libc, scratch }));
    } catch (error) {
      leave(log);
      for (const stream of opened) stream.close();
      throw error;
    }
  }
  return opened;
}
