/** Ports: which instance gets which. */

import type { ProcessSpec } from "./spec.ts";

/** The port of one instance, or null when the process has none. */
export function portOf(process: ProcessSpec, index: number): number | null {
  return process.port === null ? null : process.port + index - 1;
}

/** `PROCMAN_PORT_MY_DB` for `my-db`: how others are told of the port of a process. */
export function portVariable(process: string): string {
  return `PROCMAN_PORT_${process.toUpperCase().replaceAll("-", "_")}`;
}
