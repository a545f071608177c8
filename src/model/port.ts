/** Ports: which instance gets which. */

import type { ProcessSpec } from "./spec.ts";

/** The port of one instance, or null when the process has none. */
export function portOf(process: ProcessSpec, index: number): number | null {
  return process.port === null ? null : process.port + index - 1;
}
