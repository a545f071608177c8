/** The ids of captures, which stand where processes have their run ids. */

import type { RunId } from "./ids.ts";

/** It says who brings the bytes, so that a daemon that starts can tell whether its pipe is still wanted. */
export const CAPTURE_ID = /^in-[0-9a-f]{12}-(\d+)$/;

/** `random`: 12 hexadecimal digits that no other capture has. */
export function captureId(random: string, pid: number): RunId {
  return `in-${random}-${pid}`;
}

/** The pid of who captures; null for the id of anything else. */
export function captureHolder(id: string): number | null {
  const pid = CAPTURE_ID.exec(id)?.[1];
  return pid === undefined ? null : Number(pid);
}
