/** What the commands on targets share: their flags, and what they send. */

import type { ArgsDef } from "citty";
import { parseDuration } from "../../model/duration.ts";
import { fail } from "../../model/errors.ts";
import type { CommandContext } from "../command.ts";

export const TARGET_FLAGS: ArgsDef = {
  "with-dependents": { type: "boolean", description: "also all that depends on the targets" },
};

export const TIMEOUT_FLAG: ArgsDef = {
  timeout: {
    type: "string",
    description: "grace before SIGKILL, instead of stop.timeout",
    valueHint: "D",
  },
};

/** The targets given; none is an error. */
export function targetsOf({ args }: CommandContext, command: string): readonly string[] {
  if (args.words.length > 0) return args.words;
  return fail(
    "USAGE",
    `Cannot ${command}: no target was named`,
    `Name processes, or all: 'procman ${command} all'.`,
  );
}

export function durationFlag({ args }: CommandContext, flag: string): number | null {
  const text = args.text(flag);
  if (text === null) return null;
  const ms = parseDuration(text);
  return (
    ms ??
    fail("USAGE", `Cannot understand --${flag} ${text}: a duration is 250ms, 5s, 2m, 1h or 7d`)
  );
}
