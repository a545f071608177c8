/** How a process begins and ends: what it waits for, when it is started again, how it is stopped. */

import { constants } from "node:os";
import { z } from "zod";
import { limits } from "../../model/limits.ts";
import { amount, choice, command, duration, flag, keys, list } from "./fields.ts";
import { cron } from "./schedule.ts";
import { named, oneOf, pattern, strings, text, usual, whole } from "./fields.ts";

const CONDITIONS = ["started", "ready", "healthy", "completed", "succeeded"] as const;

const dependencyKeys = keys(
  {
    condition: usual(choice(CONDITIONS), "ready").describe("What is waited for."),
    timeout: duration().optional().describe("Waited for that long at most; for ever if absent."),
    required: usual(flag(), true).describe("false: go on when it cannot be met."),
    restart: usual(flag(), false).describe("true: restart whenever the dependency does."),
  },
  "a condition, or a map with `condition`",
);

const PLAIN_DEPENDENCY = dependencyKeys.parse({});

const dependency = z.union(
  [
    choice(CONDITIONS).transform((condition) => ({ ...PLAIN_DEPENDENCY, condition })),
    dependencyKeys,
  ],
  { error: `${oneOf(CONDITIONS)}, or a map with \`condition\`` },
);

export const dependsOn = z
  .union([strings, named(dependency, "a map of dependencies")], {
    error: "a list of processes, or a map of process to condition",
  })
  .transform((value) =>
    Array.isArray(value)
      ? Object.fromEntries(value.map((name) => [name, PLAIN_DEPENDENCY]))
      : value,
  );

const POLICIES = ["no", "on-failure", "always"] as const;

const backoff = keys(
  {
    initial: usual(duration(), "100ms").describe("The first delay."),
    factor: usual(amount(1, 100), 2).describe("Each further delay is that many times longer."),
    max: usual(duration(), "30s").describe("The longest delay."),
    jitter: usual(amount(0, 1), 0.2).describe("The part of a delay that chance adds or takes."),
  },
  "a map of `initial`, `factor`, `max` and `jitter`",
);

const restartKeys = keys(
  {
    policy: usual(choice(POLICIES), "on-failure").describe("When it is started again."),
    max: usual(whole(0, limits.restartsRemembered - 1), 5).describe(
      "Restarts within `window`; one more and the process has failed.",
    ),
    window: usual(duration(), "60s").describe("The sliding window in which restarts count."),
    successCodes: usual(list(whole(0, 255), "a list of exit codes"), [0]).describe(
      "Exit codes that mean success.",
    ),
    cron: cron().optional().describe("Restart at these times."),
    onGiveUp: usual(
      pattern(
        /^(?:fail|stop-dependents|stop-project|exec:.+)$/s,
        '"fail", "stop-dependents", "stop-project" or "exec:COMMAND"',
      ),
      "fail",
    ).describe("What happens when restarts are spent."),
    backoff: backoff.default(backoff.parse({})).describe("The delay before a restart."),
  },
  '"no", "on-failure", "always", or a map with `policy`',
);

const PLAIN_RESTART = restartKeys.parse({});

export const restart = z.union(
  [choice(POLICIES).transform((policy) => ({ ...PLAIN_RESTART, policy })), restartKeys],
  { error: '"no", "on-failure", "always", or a map with `policy`' },
);

const signal = text("a signal such as SIGTERM").transform((name, context) => {
  const full = name.toUpperCase().startsWith("SIG")
    ? name.toUpperCase()
    : `SIG${name.toUpperCase()}`;
  if (Object.hasOwn(constants.signals, full)) return full;
  context.addIssue({ code: "custom", message: "a signal such as SIGTERM", input: name });
  return z.NEVER;
});

export const stop = keys(
  {
    signal: usual(signal, "SIGTERM").describe("Sent first, to the whole tree."),
    timeout: usual(duration(), "5s").describe("Until SIGKILL."),
    command: command
      .optional()
      .describe("Run to stop it; the signal follows when half of `timeout` is over."),
    ipc: flag()
      .optional()
      .describe("true: ask over its channel; the signal follows when half of `timeout` is over."),
  },
  "a map of `signal` and `timeout`",
);
