/** Every key of a process. Short forms stand first in a union, the map that they abbreviate last. */

import { z } from "zod";
import { processNameProblem } from "../../model/ids.ts";
import { limits } from "../../model/limits.ts";
import { choice, command, filledText, flag, keys, list } from "./fields.ts";
import { oneOrMore, pattern, text, usual, whole } from "./fields.ts";
import { dependsOn, restart, stop } from "./life.ts";
import { autoscale, balance, hook, log, processLimits, thresholds } from "./means.ts";
import { health, ready } from "./probes.ts";
import { schedule } from "./schedule.ts";
import { watch } from "./watch.ts";

const VARIABLE = "the name of a variable: not empty, and without `=`";

export const env = z
  .record(
    pattern(/^[^=\0]+$/, VARIABLE),
    z.union([z.string(), z.number(), z.boolean(), z.null()], {
      error: "a string, or null to unset",
    }),
    { error: (issue) => (issue.code === "invalid_key" ? VARIABLE : "a map of variables") },
  )
  .optional()
  .describe("Variables of the environment; `null` takes one away.");

export const envFile = oneOrMore(filledText(), "a path or a list of paths")
  .optional()
  .describe('Files of variables (dotenv). A missing one is an error, unless "?" ends its name.');

const account = (expected: string) =>
  z.union([filledText(expected), z.number().int({ error: expected }).min(0, { error: expected })], {
    error: expected,
  });

const PORT = "a port number from 1 to 65535";
const portNumber = whole(1, 65_535, PORT);
const port = z.union(
  [
    z.literal("auto"),
    portNumber,
    keys(
      {
        number: portNumber.describe("The port of the first instance."),
        bump: whole(0, 65_535)
          .optional()
          .describe("How many further ones may be tried when it is taken."),
      },
      `${PORT}, or a map with \`number\``,
    ),
  ],
  { error: `${PORT}, "auto", or a map with \`number\`` },
);

const GROUP_NAME =
  "a group's name: 1 to 63 letters, digits, '-' and '_', and none that is reserved";
const groupName = text(GROUP_NAME).refine((name) => processNameProblem(name) === null, {
  error: GROUP_NAME,
});

export const processKeys = keys(
  {
    command: command
      .optional()
      .describe(
        "What is run. A list is executed directly, a string by `shell`, or directly when it has no shell syntax.",
      ),
    shell: usual(oneOrMore(filledText(), 'a shell such as "sh -c"'), "sh -c").describe(
      "The shell that runs a command given as a string.",
    ),
    cwd: filledText().optional().describe("Working directory, relative to the project's."),
    env,
    envFile,
    user: account("a user name or number").optional().describe("Run as that user."),
    group: account("a group name or number").optional().describe("Run in that group."),
    umask: pattern(/^0?[0-7]{3}$/, 'octal digits in quotes, such as "022"')
      .optional()
      .describe("The mask of the modes of files that it makes."),
    description: text().optional().describe("What it is, for people."),
    links: list(text(), "a list of strings").optional().describe("Addresses shown beside it."),
    dependsOn: dependsOn.optional().describe("What must be there before it starts."),
    instances: usual(
      z.union([z.literal("max"), whole(1, limits.instancesPerProcess)], {
        error: `a whole number, 1 to ${limits.instancesPerProcess}, or "max"`,
      }),
      1,
    ).describe('How many run: a number, or "max" for one a core.'),
    port: port.optional().describe("Given as PORT. Instance n gets the number plus n - 1."),
    ready: ready.optional().describe("Probes that must all pass before it counts as running."),
    health: health.optional().describe("Probes while it runs."),
    restart: restart.default(restart.parse({})).describe("When it is started again after its end."),
    stop: stop.default(stop.parse({})).describe("How it is stopped."),
    limits: processLimits.optional().describe("What it may use at most."),
    thresholds: thresholds.optional().describe("Use that is reported."),
    watch: watch.optional().describe("Files whose change restarts it, or does something else."),
    schedule: schedule.optional().describe("When it is run."),
    autoscale: autoscale.optional().describe("How many run, by load."),
    standby: whole(0).optional().describe("Instances kept ready beside."),
    fallback: filledText().optional().describe("What takes over when it fails."),
    balance: balance.optional().describe("How instances share the port."),
    hooks: keys(
      {
        beforeStart: hook.optional().describe("Before each start."),
        afterReady: hook.optional().describe("When it has become ready."),
        beforeStop: hook.optional().describe("Before it is stopped."),
        afterExit: hook.optional().describe("When it has ended."),
      },
      "a map of hooks",
    )
      .optional()
      .describe("Commands run at turns of its life."),
    log: log.default(log.parse({})).describe("How its output is kept."),
    pidFile: filledText()
      .optional()
      .describe(
        "A file that holds its pid while it runs, relative to the project's directory. Instance n from 2 on has one with `.n` behind.",
      ),
    adopt: choice(["never", "match"]).optional().describe("Take over one that runs already."),
    ipc: flag().optional().describe("A channel for messages."),
    tty: flag().optional().describe("Let it run on a terminal, to `procman attach` to."),
    stdin: flag().optional().describe("Give it an input, to `procman send` to."),
    groups: list(groupName, "a list of groups").optional().describe("Groups that it belongs to."),
    autostart: usual(flag(), true).describe("false: `up` without targets leaves it alone."),
    disabled: usual(flag(), false).describe("true: nothing starts it."),
  },
  "a map of process keys",
);

export type ProcessValues = z.output<typeof processKeys>;
