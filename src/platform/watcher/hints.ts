/** Hints of the system that something in a directory may have changed. They may come late, twice, or for nothing: what has
 *  changed is found out by looking. */

import { darwinHints } from "../darwin/watch-hints.ts";
import { linuxHints } from "../linux/watch-hints.ts";

/** `name` is what is said to have changed in the directory, where that is known. */
export type OnHint = (directory: string, name: string | null) => void;

export interface Hints {
  /** Null when hints of this directory will come, else the code of the error. */
  add(directory: string): string | null;
  has(directory: string): boolean;
  remove(directory: string): void;
  close(): void;
}

export function openHints(onHint: OnHint): Hints {
  return process.platform === "linux" ? linuxHints(onHint) : darwinHints(onHint);
}
