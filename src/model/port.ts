/** Ports: which instance gets which. */

import { sharingOf } from "./sharing.ts";
import type { ProcessSpec } from "./spec.ts";

/** The port that one instance is given as `PORT`, or null when the process has none. */
export function portOf(process: ProcessSpec, index: number): number | null {
  return sharingOf(process)?.mode === "reuseport" ? process.port : ownPortOf(process, index);
}

/** The port that one instance has and no other, or null when the process has none. */
export function ownPortOf(process: ProcessSpec, index: number): number | null {
  const sharing = sharingOf(process);
  if (sharing !== null) return sharing.ports[index - 1] ?? null;
  return process.port === null ? null : process.port + index - 1;
}

/** The ports by which one instance is reached: the one that it shares is before its own. */
export function portsOf(process: ProcessSpec, index: number): number[] {
  const shared = sharingOf(process) === null ? null : process.port;
  return [shared, ownPortOf(process, index)].filter((port) => port !== null);
}

/** All ports of a process. */
export function allPortsOf(process: ProcessSpec): number[] {
  const { port, instances } = process;
  const sharing = sharingOf(process);
  if (port === null) return [];
  if (sharing !== null) return [port, ...sharing.ports];
  return portsFrom(port, instances);
}

/** So many, one after the other. */
export function portsFrom(first: number, count: number): number[] {
  return Array.from({ length: Math.max(0, count) }, (_, nth) => first + nth);
}

/** `PROCMAN_PORT_MY_DB` for `my-db`: how others are told of the port of a process. */
export function portVariable(process: string): string {
  return `PROCMAN_PORT_${process.toUpperCase().replaceAll("-", "_")}`;
}
