/** Values as other tools have them, each with procman's: what to say when one is not taken. By the words of what was
 *  expected there, which are the same wherever such a value may stand. */

import { constants } from "node:os";
import { formatDuration } from "../model/duration.ts";
import { parseSize } from "../model/size.ts";

/** A sentence for the value that was found, if it is one of another tool; `null` when nothing is to be said. */
export function valueHint(expected: string, value: unknown): string | null {
  for (const [begin, hintOf] of HINTS) if (expected.startsWith(begin)) return hintOf(value);
  return null;
}

const HINTS: readonly (readonly [expected: string, hintOf: (value: unknown) => string | null])[] = [
  ['"no", "on-failure"', (value) => policyHint(value)],
  ['"started", "ready"', (value) => meant(CONDITIONS, value)],
  ["a duration", durationHint],
  ["a size", sizeHint],
  ["a signal", signalHint],
  ["a port number", portHint],
  ["true or false", (value) => meant(FLAGS, value)],
  ["a map of variables", variablesHint],
  ["a map of `signal`", stopHint],
  ["a list of processes", listHint],
  ["a list of groups", listHint],
  ["a probe", probeHint],
  ["a command, or a map", commandHint],
];

/** Of docker, compose and swarm, systemd, supervisord, process-compose and pm2. */
const POLICIES: Readonly<Record<string, string>> = {
  "unless-stopped": '"always"',
  any: '"always"',
  true: '"always"',
  yes: '"always"',
  never: '"no"',
  none: '"no"',
  off: '"no"',
  false: '"no"',
  unexpected: '"on-failure"',
  on_failure: '"on-failure"',
  onfailure: '"on-failure"',
  "on-abnormal": '"on-failure"',
  "on-abort": '"on-failure"',
  exit_on_failure: '{ policy: "no", onGiveUp: stop-project }',
};

const CONDITIONS: Readonly<Record<string, string>> = {
  service_started: '"started"',
  service_healthy: '"healthy"',
  service_completed_successfully: '"succeeded"',
  process_started: '"started"',
  process_healthy: '"healthy"',
  process_log_ready: '"ready"',
  process_completed: '"completed"',
  process_completed_successfully: '"succeeded"',
  running: '"started"',
};

const FLAGS: Readonly<Record<string, string>> = {
  yes: "true",
  on: "true",
  1: "true",
  no: "false",
  off: "false",
  0: "false",
};

function meant(words: Readonly<Record<string, string>>, value: unknown): string | null {
  const word = textOf(value).toLowerCase();
  return Object.hasOwn(words, word) ? `Did you mean ${words[word]}?` : null;
}

function policyHint(value: unknown): string | null {
  // Docker's.
  const max = typeof value === "string" ? /^on-failure:(\d+)$/.exec(value)?.[1] : undefined;
  if (max !== undefined) return `Did you mean { policy: on-failure, max: ${max} }?`;
  const hint = meant(POLICIES, value);
  const isDocker = value === "unless-stopped";
  return isDocker ? `${hint} What was stopped stays so, after a reboot as well.` : hint;
}

const UNITS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
};

/** `1m30s` as Go has it, `10 sec` and `5min` as systemd has it. */
function durationHint(value: unknown): string | null {
  const parts = textOf(value)
    .matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/g)
    .toArray();
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== textOf(value)) return null;
  const ms = parts.map(([, count, unit = ""]) => Number(count) * (msOf(unit) ?? Number.NaN));
  const sum = ms.reduce((one, other) => one + other);
  return Number.isFinite(sum) ? `Did you mean "${formatDuration(sum)}"?` : null;
}

function msOf(unit: string): number | undefined {
  if (/^(?:ms|msec|millis)/.test(unit)) return 1;
  return /^(?:d|days?|h|hr|hours?|m|min|mins|minutes?|s|secs?|seconds?)$/.test(unit)
    ? UNITS[unit[0] ?? ""]
    : undefined;
}

/** `10m` and `1g` as docker has them, whose units are powers of two. */
function sizeHint(value: unknown): string | null {
  const found = /^(\d+(?:\.\d+)?)\s*([kmgt])(i?b)?$/i.exec(textOf(value));
  const [, count = "", unit = "", bytes = ""] = found ?? [];
  const letter = unit.toUpperCase();
  const text =
    bytes === ""
      ? `${count}${letter}`
      : `${count}${letter}${bytes.toLowerCase() === "b" ? "B" : "iB"}`;
  return found !== null && parseSize(text) !== null ? `Did you mean "${text}"?` : null;
}

function signalHint(value: unknown): string | null {
  const found = Object.entries(constants.signals).find(
    ([, number]) => String(number) === textOf(value),
  );
  return found === undefined ? null : `Did you mean "${found[0]}"?`;
}

/** `8080:80` as docker has it: what is published is an affair of containers. */
function portHint(value: unknown): string | null {
  const only: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
  const port = /^(?:[\d.]+:)?(?:\d+:)?(\d{1,5})(?:\/tcp)?$/.exec(textOf(only))?.[1];
  if (port !== undefined && port !== textOf(value))
    return `Say the port that it listens on: \`port: ${port}\`.`;
  return Array.isArray(value)
    ? "One process has one port; further ones are variables of its own."
    : null;
}

function variablesHint(value: unknown): string | null {
  const [first] = Array.isArray(value) ? (value as unknown[]) : [];
  const [, name, text] = /^([^=]+)=(.*)$/s.exec(textOf(first)) ?? [];
  return name === undefined ? null : `Write a map: \`env: { ${name}: ${JSON.stringify(text)} }\`.`;
}

function stopHint(value: unknown): string | null {
  const text = textOf(value);
  if (/^(?:SIG)?[A-Z]{3,}\d?$/.test(text)) return `Did you mean { signal: ${text} }?`;
  return /^\d/.test(text) ? `Did you mean { timeout: ${text} }?` : null;
}

function listHint(value: unknown): string | null {
  return typeof value === "string"
    ? `Did you mean [${value
        .trim()
        .split(/[\s,]+/)
        .join(", ")}]?`
    : null;
}

function probeHint(value: unknown): string | null {
  const text = textOf(value);
  if (text === "ipc") return "Did you mean { ipc: true }?";
  if (/^\d+$/.test(text)) return `Did you mean { tcp: ${text} }?`;
  if (/^https?:/.test(text)) return `Did you mean { http: ${text} }?`;
  if (/^(?:tcp:\/\/)?[\w.]*:\d+$/.test(text))
    return `Did you mean { tcp: "${text.replace("tcp://", "")}" }?`;
  return text === "" || typeof value !== "string"
    ? null
    : `Did you mean { exec: ${JSON.stringify(text)} }?`;
}

function commandHint(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  return `Did you mean { command: ${JSON.stringify(value)} }?`;
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}
