/** Schedules, and what a cron expression and a timezone are. Bun reads them; which part of one it cannot read is found
 *  by giving it the parts one by one. */

import { z } from "zod";
import { formatDuration } from "../../model/duration.ts";
import { limits } from "../../model/limits.ts";
import { OVERLAPS } from "../../model/spec.ts";
import { choice, duration, filledText, flag, keys } from "./fields.ts";

const EITHER = "a cron expression, or a map with `cron` or `every`";

export const cron = () => checked(filledText("a cron expression"), cronProblem);

const scheduleKeys = keys(
  {
    cron: cron().optional().describe("Minute, hour, day, month and weekday."),
    every: checked(duration(), periodProblem).optional().describe("From one run to the next."),
    timezone: checked(filledText("a timezone"), timezoneProblem)
      .optional()
      .describe('Such as "Europe/Berlin"; that of the system if not given.'),
    overlap: choice(OVERLAPS).optional().describe('When it still runs; "skip" if not given.'),
    runOnStart: flag().optional().describe("true: also when the project starts."),
    catchUp: flag().optional().describe("true: run once for the times that were missed."),
  },
  EITHER,
).superRefine(({ cron: times, every, timezone }, context) => {
  const problem =
    times === undefined && every === undefined
      ? "`cron` or `every`"
      : times !== undefined && every !== undefined
        ? "`cron` or `every`, not both"
        : every !== undefined && timezone !== undefined
          ? "no `timezone` with `every`: a period is the same everywhere"
          : null;
  if (problem !== null) context.addIssue({ code: "custom", message: problem });
});

export const schedule = z.union([cron(), scheduleKeys], { error: EITHER });

const FIELDS = [
  ["minute", "0 to 59"],
  ["hour", "0 to 23"],
  ["day of the month", "1 to 31"],
  ["month", "1 to 12 or JAN to DEC"],
  ["weekday", "0 to 7 or SUN to SAT"],
] as const;

/** What had been expected instead of an expression; null when it can be read and some day comes true. */
export function cronProblem(expression: string): string | null {
  const next = nextOf(expression);
  if (typeof next === "number") return null;
  if (next === "never") return "a cron expression that some day comes true";
  const fields = expression.trim().split(/\s+/);
  if (expression.trim().startsWith("@")) {
    return 'a cron expression: "@hourly", "@daily", "@weekly", "@monthly", "@yearly" or five fields';
  }
  if (fields.length !== FIELDS.length) {
    return "a cron expression of five fields: minute, hour, day of the month, month and weekday";
  }
  const wrong = FIELDS.find((_, at) => {
    const alone = FIELDS.map((__, other) => (other === at ? fields[other] : "*")).join(" ");
    return nextOf(alone) === "unreadable";
  });
  const [name, span] = wrong ?? FIELDS[0];
  return `a cron expression whose ${name} is ${span}, as in "*/5", "1-5" or "1,3"`;
}

function nextOf(expression: string): number | "never" | "unreadable" {
  try {
    // Whether there is a time at all depends on neither the time nor the place.
    return Bun.cron.parse(expression, 0, { tz: "UTC" })?.getTime() ?? "never";
  } catch {
    return "unreadable"; // Which part of it cannot be read is found out by the caller.
  }
}

function timezoneProblem(name: string): string | null {
  try {
    Bun.cron.parse("@daily", 0, { tz: name });
    return null;
  } catch {
    return 'a timezone such as "Europe/Berlin" or "UTC"'; // It is not known here.
  }
}

function periodProblem(ms: number): string | null {
  const shortest = limits.shortestPeriodMs;
  return ms >= shortest ? null : `a duration of at least ${formatDuration(shortest)}`;
}

/** A value for which `problemOf` finds nothing to be expected instead. */
function checked<Value>(schema: z.ZodType<Value>, problemOf: (value: Value) => string | null) {
  return schema.superRefine((value, context) => {
    const problem = problemOf(value);
    if (problem !== null) context.addIssue({ code: "custom", message: problem, input: value });
  });
}
