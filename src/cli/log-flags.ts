/** The flags of `procman logs`. */

import type { ArgsDef } from "citty";

const TIME = "a duration back from now, or a timestamp";

export const LOG_FLAGS: ArgsDef = {
  follow: {
    type: "boolean",
    alias: "f",
    description: "go on with what is written (here -f is not --file)",
  },
  lines: { type: "string", alias: ["n", "tail"], description: "the last N lines", valueHint: "N" },
  since: { type: "string", description: TIME, valueHint: "T" },
  until: { type: "string", description: TIME, valueHint: "T" },
  stream: { type: "enum", options: ["stdout", "stderr"], description: "one stream only" },
  level: {
    type: "string",
    description: "this level and above: trace, debug, info, warn, error, fatal",
    valueHint: "L",
  },
  grep: { type: "string", description: "lines that match a regular expression", valueHint: "RE" },
  "ignore-case": { type: "boolean", alias: "i", description: "with --grep: in capitals or not" },
  invert: { type: "boolean", alias: "v", description: "with --grep: lines that do not match" },
  "after-context": {
    type: "string",
    alias: "A",
    description: "N lines after each that is chosen",
    valueHint: "N",
  },
  "before-context": {
    type: "string",
    alias: "B",
    description: "N lines before each that is chosen",
    valueHint: "N",
  },
  context: {
    type: "string",
    alias: "C",
    description: "N lines around each (here -C is not --directory)",
    valueHint: "N",
  },
  timestamps: { type: "boolean", alias: "t", description: "when each line was written" },
  prefix: { type: "boolean", negativeDescription: "the lines alone, byte for byte" },
  plain: {
    type: "boolean",
    description: "no escapes, repeats counted, the last of it if it is long",
  },
  "max-bytes": {
    type: "string",
    description: "with --plain: how much at most (64KiB)",
    valueHint: "SIZE",
  },
  cursor: {
    type: "string",
    description: "what comes after a line of --json, by its cursor",
    valueHint: "C",
  },
  path: { type: "boolean", description: "the paths of the log files instead" },
};
