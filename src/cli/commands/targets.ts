/** What the commands on targets share: their flags, and what they send. */

import type { ArgsDef } from "citty";
import { parseDuration } from "../../model/duration.ts";
import { fail } from "../../model/errors.ts";
import type { StartInput } from "../../protocol/operations.ts";
import type { CommandContext } from "../command.ts";

export const TARGET_FLAGS: ArgsDef = {
  "with-dependents": { type: "boolean", description: "also all that depends on the targets" },
};

export const TIMEOUT_FLAG: ArgsDef = {
  timeout: {
    type: "string",
    description: "grace before SIGKILL, instead of stop.timeout: D like 500ms, 30s, 2m",
    valueHint: "D",
  },
};

/** Of what starts something. */
export const WAIT_FLAGS: ArgsDef = {
  wait: { type: "boolean", description: "return when all are ready" },
  timeout: {
    type: "string",
    description: "give up waiting after D like 500ms, 30s, 2m",
    valueHint: "D",
  },
};

/** What a start is asked: its targets, and when it is answered. */
export function startInput(context: CommandContext, command: string): StartInput {
  return {
    ...context.place,
    targets: targetsOf(context, command),
    withDependents: context.args.isSet("with-dependents"),
    until: context.args.isSet("wait") ? "ready" : "spawned",
    timeoutMs: durationFlag(context, "timeout"),
  };
}

/** The targets given; none is an error. `one`: how to name it, when it is one that is meant. */
export function targetsOf(
  { args }: CommandContext,
  does: string,
  one: string | null = null,
): readonly string[] {
  if (args.words.length > 0) return args.words;
  const hint =
    one === null
      ? `Name processes, or all: 'procman ${does} all'.`
      : `Name one, as 'procman ls' lists them: 'procman ${one}'.`;
  return fail("USAGE", `Cannot ${does}: no target was named`, hint);
}

/** With its unit: a bare number, which is milliseconds in a configuration, is mostly meant as seconds here. */
export function durationFlag({ args }: CommandContext, flag: string): number | null {
  const text = args.text(flag);
  if (text === null) return null;
  if (/^\d+(\.\d+)?$/.test(text)) {
    fail("USAGE", `Cannot understand --${flag} ${text}: say ${text}s or ${text}ms`);
  }
  const ms = parseDuration(text);
  return (
    ms ??
    fail("USAGE", `Cannot understand --${flag} ${text}: a duration is 250ms, 5s, 2m, 1h or 7d`)
  );
}
