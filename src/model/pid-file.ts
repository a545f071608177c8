/** Where the pid of an instance is written. */

import type { ProcessSpec } from "./spec.ts";

/** The first instance has the file that the process names, instance n the same with `.n` behind it; null for none. */
export function pidFileOf({ pidFile }: ProcessSpec, index: number): string | null {
  if (pidFile === undefined) return null;
  return index === 1 ? pidFile : `${pidFile}.${index}`;
}
