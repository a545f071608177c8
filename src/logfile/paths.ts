/** Where log files are, and what they are called; contract §4. */

import { join } from "node:path";

export type LogStream = "stdout" | "stderr";
export const LOG_STREAMS: readonly LogStream[] = ["stdout", "stderr"];

/** Whose output it is. */
export interface LogOwner {
  readonly project: string;
  readonly process: string;
  /** From 1; 0 is what was captured from a pipe. */
  readonly index: number;
}

/** The index of what came in by `procman capture`; instances of processes are counted from 1. */
export const CAPTURED_INDEX = 0;

/** One for each stream of a home. */
export function streamKey(of: { readonly owner: LogOwner; readonly stream: LogStream }): string {
  const { project, process, index } = of.owner;
  return `${project}/${process}.${index}.${of.stream}`;
}

/** The file that is being written: `logs/shop/api.1.stdout.log` in the home. */
export function logPath(home: string, owner: LogOwner, stream: LogStream): string {
  return join(home, "logs", owner.project, `${owner.process}.${owner.index}.${stream}.log`);
}

/** The `nth` rotated file of a stream, 1 being the latest: `….log.1`, or `….log.2.zst` when compressed. */
export function rotatedPath(path: string, nth: number, compressed: boolean): string {
  return `${path}.${nth}${compressed ? ".zst" : ""}`;
}

/** The number of a rotated file and whether it is compressed; null when `name` is none of the file `base`. */
export function parseRotated(
  base: string,
  name: string,
): { readonly nth: number; readonly compressed: boolean } | null {
  if (!name.startsWith(`${base}.`)) return null;
  const match = /^(\d+)(\.zst)?$/.exec(name.slice(base.length + 1));
  return match === null ? null : { nth: Number(match[1]), compressed: match[2] !== undefined };
}

/** The owner and stream of a log file's name; null when it is none. */
export function parseLogName(
  project: string,
  name: string,
): { readonly owner: LogOwner; readonly stream: LogStream } | null {
  const match = /^(.+)\.(\d+)\.(stdout|stderr)\.log$/.exec(name);
  if (match?.[1] === undefined) return null;
  const owner = { project, process: match[1], index: Number(match[2]) };
  return { owner, stream: match[3] as LogStream };
}

/** The name of the log file that a file belongs to: itself, or the one that it was rotated from. Null when it is none. */
export function logBase(name: string): string | null {
  return /^(.+\.\d+\.(?:stdout|stderr)\.log)(?:\.\d+(?:\.zst)?)?$/.exec(name)?.[1] ?? null;
}

/** The index of a log file: named by its inode, so that renaming the log does not part them. */
export function indexPath(directory: string, inode: number): string {
  return join(directory, ".index", String(inode));
}
