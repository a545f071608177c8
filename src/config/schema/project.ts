/** Every key at the top of a configuration. */

import { z } from "zod";
import { GROUP_STRATEGIES } from "../../model/spec.ts";
import {
  choice,
  command,
  duration,
  filledText,
  keys,
  list,
  named,
  usual,
  whole,
} from "./fields.ts";
import { groupLimits } from "./means.ts";
import { env, envFile, processKeys } from "./process.ts";

const EXPECTED_PROCESS = "a command, or a map of process keys";

const process = z.union([filledText(), processKeys], { error: EXPECTED_PROCESS });

const members = list(filledText(), "a list of process names or globs");

const group = z.union(
  [
    members,
    keys(
      {
        members: members.optional().describe("Processes, or globs of their names."),
        strategy: choice([...GROUP_STRATEGIES])
          .optional()
          .describe('Who is restarted with one that fails; "one-for-one" if not given.'),
        limits: groupLimits.optional().describe("What its members may use together."),
      },
      "a list of processes, or a map with `members`",
    ),
  ],
  { error: "a list of processes, or a map with `members`" },
);

const targets = list(filledText(), "a list of targets");

const profile = z.union(
  [
    targets,
    keys(
      {
        processes: targets.optional().describe("What the profile starts."),
        env,
      },
      "a list of targets, or a map with `processes` and `env`",
    ),
  ],
  { error: "a list of targets, or a map with `processes` and `env`" },
);

const alert = keys(
  {
    on: list(filledText(), "a list of event types").describe("Types of events, or globs of them."),
    processes: targets.optional().describe("Only those of these processes."),
    for: usual(duration(), 0).describe("When it lasts that long; at once if not given."),
    cooldown: usual(duration(), 0).describe("From one to the next at least."),
    exec: command.optional().describe("A command to run; it is given the alert as JSON."),
    timeout: usual(duration(), "10s").describe("How long a receiver may take; 10s if not given."),
    webhook: keys(
      {
        url: filledText().describe("Where it is posted to."),
        secret: filledText().optional().describe("With which it is signed."),
      },
      "a map with `url`",
    )
      .optional()
      .describe("An address to post to."),
  },
  "a map with `on`",
);

const shape = {
  name: filledText("a name of letters, digits, '-' and '_'")
    .optional()
    .describe("The project's name."),
  env,
  envFile,
  groups: named(group, "a map of groups").optional().describe("Names for several processes."),
  profiles: named(profile, "a map of profiles").optional().describe("What `--profile` chooses."),
  concurrency: usual(whole(1, 10_000), 16).describe("How many may be starting at once."),
  alerts: list(alert, "a list of alerts").optional().describe("Who is told of what."),
};

/** A whole configuration: for types and for the JSON Schema. */
export const projectKeys = keys(
  {
    $schema: filledText().optional().describe("For editors."),
    ...shape,
    defaults: processKeys.optional().describe("Any process key, for every process."),
    processes: named(process, "a map of processes").optional().describe("What runs."),
  },
  "a map of project keys",
);

/** The top alone: `defaults` and each process are checked apart, so that one fault hides no other. */
export const projectTop = keys(
  {
    $schema: z.unknown().optional(),
    ...shape,
    defaults: named(z.unknown(), "a map of process keys").optional(),
    processes: named(z.unknown(), "a map of processes").optional(),
  },
  "a map of project keys",
);

export const processEntry = process;

export type ProjectInput = z.input<typeof projectKeys>;
export type ProjectValues = z.output<typeof projectTop>;
export type ProcessEntry = z.output<typeof processEntry>;
