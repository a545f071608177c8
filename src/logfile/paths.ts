/** Where log files are, and what they are called; contract §4. */

import { join } from "node:path";
import type { Compression } from "../model/spec.ts";
import { COMPRESSIONS, endingOf } from "./compression.ts";

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

/** Which of the files that were rotated out of one it is. */
export interface Rotated {
  /** 1 is the latest. */
  readonly nth: number;
  readonly compression: Compression | null;
}

/** A rotated file of a stream: `….log.1`, or `….log.2.zst` and `….log.2.gz` when compressed. */
export function rotatedPath(path: string, { nth, compression }: Rotated): string {
  return `${path}.${nth}${endingOf(compression)}`;
}

/** Null when `name` is none of the file `base`. */
export function parseRotated(base: string, name: string): Rotated | null {
  if (!name.startsWith(`${base}.`)) return null;
  const match = /^(\d+)(\.(?:zst|gz))?$/.exec(name.slice(base.length + 1));
  if (match === null) return null;
  const compression = COMPRESSIONS.find((one) => endingOf(one) === match[2]) ?? null;
  return { nth: Number(match[1]), compression };
}

/** The name of the file that one was rotated out of; null when it was not. */
export function rotatedFrom(name: string): string | null {
  return /^(.+\.log)\.\d+(?:\.(?:zst|gz))?$/.exec(name)?.[1] ?? null;
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
  const base = rotatedFrom(name) ?? name;
  return /.\.\d+\.(?:stdout|stderr)\.log$/.test(base) ? base : null;
}

/** The index of a log file: named by its inode, so that renaming the log does not part them. */
export function indexPath(directory: string, inode: number): string {
  return join(directory, ".index", String(inode));
}
