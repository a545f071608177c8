/** The flags of `up` that say how its foreground ends. */

import type { ArgsDef } from "citty";
import { fail } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { ProjectSpec } from "../model/spec.ts";
import type { CommandContext } from "./command.ts";
import type { EndOptions } from "./end-rules.ts";

export const END_FLAGS: ArgsDef = {
  "exit-code-from": {
    type: "string",
    description: "when NAME ends, stop the rest and exit with its code",
    valueHint: "NAME",
  },
  "abort-on-failure": {
    type: "boolean",
    description: "stop the rest when one has failed for good",
  },
  "abort-on-exit": { type: "boolean", description: "stop the rest when one ends by itself" },
  success: {
    type: "string",
    description: "whose end is the exit status: first, last, all or a process",
    valueHint: "WHOSE",
  },
};

const WORDS: readonly string[] = ["first", "last", "all"];

/** Those that are given; ones that make no sense are errors, before anything starts. */
export function endOptions({ args }: CommandContext, spec: ProjectSpec, detached: boolean) {
  const given = Object.keys(END_FLAGS).find((flag) => args.text(flag) !== null);
  if (given !== undefined && detached) {
    const hint = "Leave out -d and --wait, or use 'procman exec'.";
    fail("USAGE", `Cannot use --${given} in the background: nobody waits for the end there`, hint);
  }
  const options: EndOptions = {
    exitCodeFrom: args.text("exit-code-from"),
    abortOnFailure: args.isSet("abort-on-failure"),
    abortOnExit: args.isSet("abort-on-exit"),
    success: args.text("success"),
  };
  for (const name of namedIn(options)) requireDefined(spec, name);
  return options;
}

/** Processes that the options are about. */
export function namedIn({ exitCodeFrom, success }: EndOptions): string[] {
  return [exitCodeFrom, success].filter((it) => it !== null).filter((it) => !WORDS.includes(it));
}

function requireDefined({ processes }: ProjectSpec, name: string): void {
  if (Object.hasOwn(processes, name)) return;
  const known = Object.keys(processes);
  const near = nearest(name, known);
  const hint = near === null ? `There is ${known.join(", ")}.` : `Did you mean '${near}'?`;
  fail("PROCESS_NOT_FOUND", `Cannot find process '${name}' in the configuration`, hint);
}
