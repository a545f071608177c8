/** `--since` and `--until`: a duration back from now, or a timestamp. */

import { fail } from "../model/errors.ts";
import { parseTimestamp } from "../model/timestamp.ts";
import type { CommandContext } from "./command.ts";

/** Milliseconds since 1970; null when the flag was not given. */
export function timestampFlag({ args }: CommandContext, flag: string): number | null {
  const text = args.text(flag);
  if (text === null) return null;
  const ms = parseTimestamp(text, Date.now());
  const wanted = "a duration back from now (10m), or a timestamp (2026-01-31T10:00:00Z)";
  return ms ?? fail("USAGE", `Cannot understand --${flag} ${text}: it takes ${wanted}`);
}
