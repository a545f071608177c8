/** Hints of the system that something in a directory may have changed. They may come late, twice, or for nothing: what has
 *  changed is found out by looking. */

/** `name` is what is said to have changed in the directory, where that is known. */
export type OnHint = (directory: string, name: string | null) => void;

export interface Hints {
  /** Null when hints of this directory will come, else the code of the error. */
  add(directory: string): string | null;
  has(directory: string): boolean;
  remove(directory: string): void;
  close(): void;
}

export type OpenHints = (onHint: OnHint) => Hints;

/** A watch that has broken is placed anew that much later. */
export const HINTS_RETRY_MS = 1_000;
