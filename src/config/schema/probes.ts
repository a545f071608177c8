/** The keys of `ready` and `health`: what is probed, how often, and what counts as success. */

import { z } from "zod";
import { amount, choice, command, duration, filledText, keys, list } from "./fields.ts";
import { named, oneOrMore, size, text, whole } from "./fields.ts";

export const PROBE_KINDS = ["http", "tcp", "log", "exec", "ipc", "resource", "after"] as const;

const status = z.union([z.number(), filledText()], { error: 'a status such as 200 or "200-299"' });

const http = z.union(
  [
    filledText(),
    keys(
      {
        url: filledText().describe("The address asked."),
        method: text().optional().describe('The method, "GET" if not given.'),
        status: list(status, "a list of statuses").optional().describe("Statuses that are good."),
        body: text().optional().describe("Text that the answer must contain."),
        headers: named(text(), "a map of headers").optional().describe("Headers sent."),
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

const kinds = {
  http: http.optional().describe("Ready when the address answers with a status from 200 to 299."),
  tcp: z
    .union([z.number(), filledText()], { error: 'a port, or "host:port"' })
    .optional()
    .describe('Ready when the port takes a connection: `3000` or `"host:port"`.'),
  log: z
    .union(
      [
        filledText(),
        keys(
          {
            pattern: filledText().describe("A regular expression."),
            stream: choice(["stdout", "stderr"]).optional().describe("Both if not given."),
            means: choice(["ready", "healthy", "warning", "critical", "unhealthy"])
              .optional()
              .describe("What such a line says."),
          },
          "a regular expression, or a map with `pattern`",
        ),
      ],
      { error: "a regular expression, or a map with `pattern`" },
    )
    .optional()
    .describe("A regular expression that a line of output matches."),
  exec: command.optional().describe("Ready when the command exits with 0."),
  ipc: z.boolean({ error: "true" }).optional().describe("The child says so itself."),
  resource: keys(
    {
      memory: levels(size()).optional().describe("Memory of the whole tree."),
      cpu: levels(amount(0)).optional().describe("Percent of one core."),
    },
    "a map of `memory` and `cpu`",
  )
    .optional()
    .describe("How much the process uses."),
};

const successThreshold = whole(1).optional().describe("Successes in a row that count.");
const failureThreshold = whole(1).optional().describe("Failures in a row that count.");

const EXPECTED_PROBE = "a probe: a map with `http`, `tcp`, `exec` or `after`";

const readyProbe = keys(
  {
    ...kinds,
    after: duration().optional().describe("Ready when it has lived that long."),
    interval: duration(1).prefault("200ms").describe("From the end of one probe to the next."),
    timeout: duration(1).prefault("1s").describe("How long one probe may take."),
    within: duration().prefault("60s").describe("Not ready by then: the run has failed."),
    successThreshold,
    failureThreshold,
  },
  EXPECTED_PROBE,
).superRefine(hasOneKind);

const healthProbe = keys(
  {
    ...kinds,
    interval: duration(1).prefault("5s").describe("From the end of one probe to the next."),
    timeout: duration(1).prefault("1s").describe("How long one probe may take."),
    startPeriod: duration()
      .optional()
      .describe("Failures in that time after the start do not count."),
    successThreshold,
    failureThreshold,
  },
  EXPECTED_PROBE,
).superRefine(hasOneKind);

export const ready = oneOrMore(readyProbe, `${EXPECTED_PROBE}, or a list of them`);
export const health = oneOrMore(healthProbe, `${EXPECTED_PROBE}, or a list of them`);

function hasOneKind(probe: Record<string, unknown>, context: z.RefinementCtx): void {
  const given = PROBE_KINDS.filter((kind) => probe[kind] !== undefined);
  if (given.length === 1) return;
  const what =
    given.length === 0
      ? EXPECTED_PROBE
      : `one kind of probe, not ${given.join(" and ")} at once (a list holds several probes)`;
  context.addIssue({ code: "custom", message: what, input: probe });
}
