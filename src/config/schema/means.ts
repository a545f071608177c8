/** What a process may use, what is kept of its output, and what moves it: limits, logs, watching, schedules, scaling. */

import { z } from "zod";
import { amount, choice, command, duration, filledText, flag, keys } from "./fields.ts";
import { pattern, size, strings, whole } from "./fields.ts";

export const log = keys(
  {
    maxSize: size().prefault("10MB").describe("A log file is rotated when it is that large."),
    maxFiles: whole(0, 10_000).prefault(5).describe("Rotated files kept for each stream."),
    maxAge: duration().optional().describe("Rotated files older than that go; kept if absent."),
    compress: flag().prefault(true).describe("Compress rotated files from the second on."),
    parse: choice(["auto", "text", "json", "logfmt"]).optional().describe("How lines are read."),
    onFull: choice(["drop", "block"])
      .prefault("drop")
      .describe(
        "While the disk is full: drop output after 5 s and count it, or block the process.",
      ),
    file: filledText().optional().describe("A file in which both streams are merged."),
  },
  "a map of log settings",
);

export const groupLimits = keys(
  {
    memory: size().optional(),
    cpu: amount(0).optional(),
    pids: whole(1).optional(),
    openFiles: whole(1).optional(),
    nice: whole(-20, 19).optional(),
    enforce: choice(["auto", "cgroup", "rlimit", "watch"]).optional(),
  },
  "a map of limits",
);

export const thresholds = keys(
  {
    memory: keys(
      { warning: size().optional(), critical: size().optional(), for: duration().optional() },
      "a map of `warning` and `critical`",
    ).optional(),
    cpu: keys(
      { warning: amount(0).optional(), critical: amount(0).optional(), for: duration().optional() },
      "a map of `warning` and `critical`",
    ).optional(),
  },
  "a map of `memory` and `cpu`",
);

export const watch = z.union(
  [
    z.boolean(),
    filledText(),
    keys(
      {
        paths: strings.optional(),
        include: strings.optional(),
        exclude: strings.optional(),
        debounce: duration().optional(),
        action: pattern(
          /^(?:restart|reload|signal:\w+|exec:.+)$/s,
          '"restart", "reload", "signal:SIGHUP" or "exec:COMMAND"',
        ).optional(),
        cascade: flag().optional(),
      },
      "true, a path, or a map with `paths`",
    ),
  ],
  { error: "true, a path, or a map with `paths`" },
);

export const schedule = z.union(
  [
    filledText(),
    keys(
      {
        cron: filledText().optional(),
        every: duration().optional(),
        timezone: filledText().optional(),
        overlap: choice(["skip", "replace", "allow"]).optional(),
        runOnStart: flag().optional(),
        catchUp: flag().optional(),
      },
      "a cron expression, or a map with `cron` or `every`",
    ),
  ],
  { error: "a cron expression, or a map with `cron` or `every`" },
);

export const autoscale = keys(
  {
    min: whole(0).optional(),
    max: whole(1).optional(),
    cpu: amount(0).optional(),
    memory: size().optional(),
    latency: duration().optional(),
    cooldown: duration().optional(),
  },
  "a map of `min`, `max` and what to scale by",
);

const BALANCE_MODES = ["reuseport", "socket", "proxy", "none"] as const;
export const balance = z.union(
  [
    choice(BALANCE_MODES),
    keys(
      {
        mode: choice(BALANCE_MODES).optional(),
        algorithm: choice(["round-robin", "least-connections", "random"]).optional(),
      },
      "a mode, or a map with `mode`",
    ),
  ],
  { error: '"reuseport", "socket", "proxy", "none", or a map with `mode`' },
);

export const hook = z.union(
  [
    filledText(),
    keys(
      {
        command,
        timeout: duration().optional(),
        onFailure: choice(["fail", "ignore"]).optional(),
      },
      "a command, or a map with `command`",
    ),
  ],
  { error: "a command, or a map with `command`" },
);
