/** The keys of `ready` and `health`: what is probed, how often, and what counts as success. */

import { z } from "zod";
import { LOG_MEANINGS } from "../../model/probe.ts";
import { amount, choice, command, duration, filledText, flag, keys, list } from "./fields.ts";
import { named, oneOrMore, pattern, regex, size, text, usual, whole } from "./fields.ts";

const PROBE_KINDS = ["http", "tcp", "log", "exec", "ipc", "resource", "after"] as const;

const STATUS = 'a status such as 200, or "200-299"';
const statuses = pattern(/^[1-5]\d\d-[1-5]\d\d$/, STATUS).refine(
  (range) => range.slice(0, 3) <= range.slice(4),
  { error: "a range that begins with the lower status" },
);
const status = z.union([whole(100, 599, STATUS), statuses], { error: STATUS });

const http = z.union(
  [
    filledText(),
    keys(
      {
        url: filledText().describe("The address asked."),
        method: pattern(/^[A-Za-z]+$/, 'a method such as "GET" or "HEAD"')
          .optional()
          .describe('The method, "GET" if not given.'),
        status: list(status, "a list of statuses")
          .optional()
          .describe("Statuses that are good; 200 to 299 if not given."),
        body: regex().optional().describe("A regular expression that the answer has to match."),
        headers: named(text(), "a map of headers").optional().describe("Headers sent."),
        tls: keys(
          {
            ca: filledText().optional().describe("A file of certificates that are trusted (PEM)."),
            insecure: flag().optional().describe("true: any certificate will do."),
          },
          "a map with `ca` or `insecure`",
        )
          .optional()
          .describe("Whom to trust; the system's authorities if not given."),
      },
      "a URL, or a map with `url`",
    ),
  ],
  { error: "a URL, or a map with `url`" },
);

const levels = <Level extends z.ZodType>(level: Level) =>
  keys(
    {
      warning: level.optional().describe("A warning from there on."),
      critical: level.optional().describe("Critical from there on."),
      unhealthy: level.optional().describe("Unhealthy from there on."),
    },
    "a map of `warning`, `critical` and `unhealthy`",
  );

const stream = choice(["stdout", "stderr"]).optional().describe("Both if not given.");
const LOG = "a regular expression, or a map with `pattern`";

const readyLog = z.union(
  [regex(), keys({ pattern: regex().describe("A regular expression."), stream }, LOG)],
  { error: LOG },
);

const healthLog = z.union(
  [
    regex(),
    keys(
      {
        pattern: regex().describe("A regular expression."),
        stream,
        means: choice(LOG_MEANINGS)
          .optional()
          .describe('What such a line says of the process; "warning" if not given.'),
      },
      LOG,
    ),
  ],
  { error: LOG },
);

const kinds = {
  http: http.optional().describe("Good is an answer with a status from 200 to 299."),
  tcp: z
    .union([z.number(), filledText()], { error: 'a port, or "host:port"' })
    .optional()
    .describe('Good is a port that takes a connection: `3000` or `"host:port"`.'),
  exec: command.optional().describe("Good is a command that exits with 0."),
  ipc: flag()
    .refine((value) => value, "true")
    .optional()
    .describe("Good is a program that says so itself, over its channel."),
  resource: keys(
    {
      memory: levels(size()).optional().describe("Memory of the whole tree."),
      cpu: levels(amount(0)).optional().describe("Percent of one core."),
    },
    "a map of `memory` and `cpu`",
  )
    .refine((metrics) => Object.values(metrics).some(hasLevel), {
      error: "at least one level, as in `memory: { critical: 500MB }`",
    })
    .optional()
    .describe("How much the process uses."),
};

const INTERVAL = "From the end of one probe to the next, give or take a tenth.";
const timeout = usual(duration(1), "1s").describe("How long one probe may take.");
const successThreshold = usual(whole(1), 1).describe("Successes in a row that count.");

const EXPECTED_READY =
  "a probe: a map with `http`, `tcp`, `log`, `exec`, `ipc`, `resource` or `after`";
const EXPECTED_HEALTH = "a probe: a map with `http`, `tcp`, `log`, `exec`, `ipc` or `resource`";

const readyProbe = keys(
  {
    ...kinds,
    log: readyLog.optional().describe("Good is a line of output that matches."),
    after: duration().optional().describe("Ready when it has lived that long."),
    interval: usual(duration(1), "200ms").describe(INTERVAL),
    timeout,
    within: usual(duration(), "60s").describe("Not ready by then: the run has failed."),
    successThreshold,
    failureThreshold: whole(1).optional().describe("Failures in a row that fail the run."),
  },
  EXPECTED_READY,
).superRefine(hasOneKind(EXPECTED_READY));

const healthProbe = keys(
  {
    ...kinds,
    log: healthLog.optional().describe("A line of output that matches says that it is not well."),
    interval: usual(duration(1), "5s").describe(INTERVAL),
    timeout,
    startPeriod: usual(duration(), 0).describe(
      "Failures in that time after the start do not count.",
    ),
    successThreshold,
    failureThreshold: usual(whole(1), 3).describe("Failures in a row that fail the run."),
  },
  EXPECTED_HEALTH,
).superRefine(hasOneKind(EXPECTED_HEALTH));

export const ready = oneOrMore(readyProbe, `${EXPECTED_READY}, or a list of them`);
export const health = oneOrMore(healthProbe, `${EXPECTED_HEALTH}, or a list of them`);

/** Without one a probe would pass whatever is used. */
function hasLevel(given: object | undefined): boolean {
  return Object.values(given ?? {}).some((level) => level !== undefined);
}

function hasOneKind(expected: string) {
  return (probe: Record<string, unknown>, context: z.RefinementCtx): void => {
    const given = PROBE_KINDS.filter((kind) => probe[kind] !== undefined);
    if (given.length === 1) return;
    const what =
      given.length === 0
        ? expected
        : `one kind of probe, not ${given.join(" and ")} at once (a list holds several probes)`;
    context.addIssue({ code: "custom", message: what, input: probe });
  };
}
