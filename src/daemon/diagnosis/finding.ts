/** Ways to say what was found. */

import type { Finding } from "../../protocol/shapes.ts";

export function fine(check: string, message: string): Finding {
  return { check, level: "ok", message, fix: null };
}

export function warning(check: string, message: string, fix: string): Finding {
  return { check, level: "warning", message, fix };
}

export function fault(check: string, message: string, fix: string): Finding {
  return { check, level: "error", message, fix };
}

/** A path in a command that is proposed: it is pasted into a shell. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
