/** What a process may use, what is kept of its output, and what moves it: limits, logs, scaling. */

import { isIP } from "node:net";
import { z } from "zod";
import { ALGORITHMS } from "../../model/balance.ts";
import { ENFORCEMENTS } from "../../model/confinement.ts";
import { LOG_PARSES } from "../../model/spec.ts";
import { amount, choice, command, duration, filledText, flag, keys } from "./fields.ts";
import { size, usual, whole } from "./fields.ts";

const COMPRESS = 'true, false, "zstd" or "gzip"';

/** `zstd` is what `true` means. */
const compress = z
  .union([flag(), choice(["zstd", "gzip"])], { error: COMPRESS })
  .transform((given) => (given === "zstd" ? true : given));

export const log = keys(
  {
    maxSize: usual(size(1), "10MB").describe("A log file is rotated when it is that large."),
    maxFiles: usual(whole(0, 10_000), 5).describe("Rotated files kept for each stream."),
    maxAge: duration().optional().describe("Rotated files older than that go; kept if absent."),
    compress: usual(compress, true).describe("Compress rotated files from the second on."),
    parse: choice(LOG_PARSES).optional().describe("How lines are read."),
    onFull: usual(choice(["drop", "block"]), "drop").describe(
      "While the disk is full: drop output after 5 s and count it, or block the process.",
    ),
    file: filledText().optional().describe("A file in which both streams are merged."),
    timestamps: flag().optional().describe("Date each line in `file`."),
  },
  "a map of log settings",
);

const memory = size().optional().describe("Memory of the whole tree.");
const cpu = amount(0.01).optional().describe("Cores: 1.5 is one and a half.");
const pids = whole(1).optional().describe("Processes and threads of the whole tree.");
const enforce = choice(ENFORCEMENTS)
  .optional()
  .describe('By what they are put in force; "auto" if not given.');

export const processLimits = keys(
  {
    memory,
    cpu,
    pids,
    openFiles: whole(1).optional().describe("Open files of each process."),
    nice: whole(-20, 19).optional().describe("Priority: 19 is the lowest."),
    enforce,
  },
  "a map of limits",
);

export const groupLimits = keys({ memory, cpu, pids, enforce }, "a map of limits");

export const thresholds = keys(
  {
    memory: keys(
      {
        warning: size().optional().describe("A warning from there on."),
        critical: size().optional().describe("Critical from there on."),
        for: duration().optional().describe("When it lasts that long."),
      },
      "a map of `warning` and `critical`",
    )
      .optional()
      .describe("Memory of the whole tree."),
    cpu: keys(
      {
        warning: amount(0).optional().describe("A warning from there on."),
        critical: amount(0).optional().describe("Critical from there on."),
        for: duration().optional().describe("When it lasts that long."),
      },
      "a map of `warning` and `critical`",
    )
      .optional()
      .describe("Percent of one core: 100 is a whole one."),
  },
  "a map of `memory` and `cpu`",
);

export const autoscale = keys(
  {
    min: whole(0).optional().describe("Instances at least."),
    max: whole(1).optional().describe("Instances at most."),
    cpu: amount(0).optional().describe("Percent of one core for each instance."),
    memory: size().optional().describe("Memory of each instance."),
    latency: duration().optional().describe("How long answers may take."),
    cooldown: duration().optional().describe("From one change to the next at least."),
  },
  "a map of `min`, `max` and what to scale by",
);

/** A host is written without its port. */
const host = filledText().refine((text) => text === "localhost" || isIP(text) !== 0, {
  error: '"localhost", or an address such as "0.0.0.0"',
});

const BALANCE_MODES = ["reuseport", "socket", "proxy", "none"] as const;
export const balance = z.union(
  [
    choice(BALANCE_MODES),
    keys(
      {
        mode: choice(BALANCE_MODES).optional().describe("By what connections are shared out."),
        algorithm: choice(ALGORITHMS)
          .optional()
          .describe('Which instance is next, with the mode "proxy".'),
        host: host.optional().describe('Where it listens, with the mode "proxy".'),
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
        command: command.describe("What is run."),
        timeout: usual(duration(), "30s").describe("How long it may take."),
        onFailure: choice(["fail", "ignore"]).optional().describe("What its failure means."),
      },
      "a command, or a map with `command`",
    ),
  ],
  { error: "a command, or a map with `command`" },
);
