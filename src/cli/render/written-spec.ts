/** A definition in the words of a configuration file, without what every process has by default: for `inspect`. */

import { processDefaults } from "../../config/schema/json-schema.ts";
import { formatDuration, parseDuration } from "../../model/duration.ts";
import { formatSize, parseSize } from "../../model/size.ts";
import { commandText } from "../../protocol/status.ts";
import type { CommandSpec } from "../../model/command.ts";
import type { StatusRange } from "../../model/probe.ts";

type Data = Readonly<Record<string, unknown>>;

/** `config` is a `ProcessSpec` as it came over the wire, perhaps from a later version. */
export function asWritten(config: Data): Data {
  const { command, dependsOn, ready, readyWithinMs, health, thresholds, limits, ...others } =
    config;
  const { port, portChoice, balance, umask, schedule, restart, ...rest } = others;
  const written = {
    ...commandKeys(command as CommandSpec),
    ...valuesOf({ ...rest, name: null, cwd: null }), // These two are shown elsewhere.
    umask: typeof umask === "number" ? umask.toString(8).padStart(3, "0") : null,
    port: portKey(port, portChoice),
    balance: balanceKey(balance),
    thresholds: usesOf(valuesOf(thresholds)),
    schedule: timesOf(schedule, "times"),
    // Its timezone is nobody's to say.
    restart: { ...timesOf(restart, "cron"), timezone: null },
    limits: limitsOf(limits),
  };
  const unusual = withoutUsual(written, processDefaults()) as Data;
  const within = unitOr(readyWithinMs, formatDuration);
  const lists = {
    dependsOn: dependencies(dependsOn),
    ready: probes(ready, USUAL_READY, { within }),
    health: probes(health, USUAL_HEALTH),
  };
  return {
    ...unusual,
    ...shortRestart(unusual["restart"]),
    ...Object.fromEntries(Object.entries(lists).filter(([, value]) => !isEmpty(value))),
  };
}

/** Durations and sizes get their units back: `windowMs: 60000` is `window: 1m`. */
function valuesOf(value: unknown): Data {
  if (!isData(value)) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "command" && isData(inner)) return [key, commandText(inner as CommandSpec)];
      if (isData(inner)) return [key, valuesOf(inner)];
      if (key.endsWith("Ms")) return [key.slice(0, -2), unitOr(inner, formatDuration)];
      if (key.endsWith("Bytes")) return [key.slice(0, -5), unitOr(inner, formatSize)];
      return [key, inner];
    }),
  );
}

function unitOr(value: unknown, format: (amount: number) => string): unknown {
  return typeof value === "number" ? format(value) : value;
}

function commandKeys(command: CommandSpec): Data {
  if (command.kind === "list") return { command: command.argv };
  return { command: command.line, shell: command.shell.join(" ") };
}

function portKey(port: unknown, choice: unknown): unknown {
  if (!isData(choice)) return port;
  const { from, bump } = choice;
  return from === null ? "auto" : { number: from, bump };
}

/** Its mode alone where nothing else is to be said; nothing where nobody has said anything. */
function balanceKey(value: unknown): unknown {
  if (!isData(value) || value["isDefault"] === true) return null;
  const { mode, ports: _, ...how } = value;
  const said = withoutUsual(how, { algorithm: "round-robin", host: "localhost" });
  return isEmpty(said) ? mode : { mode, ...(said as Data) };
}

/** A list of names where nothing but names is to be said. */
function dependencies(value: unknown): unknown {
  const all = Array.isArray(value) ? value.filter(isData) : [];
  const entries = all.map(({ process, ...how }) => {
    const usual = { condition: "ready", timeout: null, required: true, restart: false };
    return [String(process), withoutUsual(valuesOf(how), usual)] as const;
  });
  const isPlain = entries.every(([, how]) => isEmpty(how));
  return isPlain ? entries.map(([name]) => name) : Object.fromEntries(entries);
}

/** Times are keys of what they are the times of. */
function timesOf(value: unknown, key: string): Data {
  const { [key]: times, ...others } = isData(value) ? value : {};
  const { kind: _kind, ...written } = valuesOf(times);
  return { ...written, ...valuesOf(others) };
}

/** Memory is in bytes, whatever its step is called. */
function usesOf(value: Data): Data {
  const { memory, ...others } = value;
  if (!isData(memory)) return value;
  const sizes = Object.entries(memory).map(([step, size]) => [step, unitOr(size, formatSize)]);
  return { memory: Object.fromEntries(sizes), ...others };
}

function limitsOf(value: unknown): unknown {
  return isData(value) ? { ...value, memory: unitOr(value["memory"], formatSize) } : value;
}

const USUAL_READY = { interval: "200ms", timeout: "1s", within: "60s" };
const USUAL_HEALTH = { interval: "5s", timeout: "1s", startPeriod: "0ms", failureThreshold: 3 };

/** The keys that say how a probe is tried; the others say what it asks. */
const PACE = new Set([
  "interval",
  "timeout",
  "within",
  "startPeriod",
  "successThreshold",
  "failureThreshold",
]);

function probes(value: unknown, usual: Data, more: Data = {}): unknown {
  const all = (Array.isArray(value) ? value.filter(isData) : []).map((probe) => {
    const { kind, command, statuses, headers, ...rest } = probe;
    const line = isData(command) ? commandText(command as CommandSpec) : null;
    const values = {
      ...usesOf(valuesOf(rest)),
      command: line,
      status: statusesOf(statuses),
      headers,
    };
    const said = Object.entries(withoutUsual({ ...values, ...more }, {}) as Data);
    const asked = said.filter(([key]) => !PACE.has(key));
    const pace = Object.fromEntries(said.filter(([key]) => PACE.has(key)));
    return {
      [String(kind)]:
        asked.length > 1 || kind === "resource"
          ? Object.fromEntries(asked)
          : (asked[0]?.[1] ?? true),
      ...(withoutUsual(pace, usual) as Data),
    };
  });
  return all.length === 1 ? all[0] : all;
}

function statusesOf(value: unknown): unknown {
  if (!Array.isArray(value)) return null;
  const ranges = value.filter(isData) as unknown as readonly StatusRange[];
  return ranges.map(({ from, to }) => (from === to ? from : `${from}-${to}`));
}

/** Without what is as it usually is, and what says nothing. */
function withoutUsual(value: unknown, usual: unknown): unknown {
  if (!isData(value)) return value;
  const usuals = isData(usual) ? usual : {};
  const kept = Object.entries(value).flatMap(([key, inner]) => {
    const left = withoutUsual(inner, usuals[key]);
    const says = !isEmpty(left) && !(left === false && usuals[key] !== true);
    return says && !isUsual(left, usuals[key]) ? [[key, left] as const] : [];
  });
  return Object.fromEntries(kept);
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** `60s` is as usual as `1m`. */
function isUsual(value: unknown, usual: unknown): boolean {
  if (Bun.deepEquals(value, usual)) return true;
  if (typeof value !== "string" || typeof usual !== "string") return false;
  const amounts = [parseDuration, parseSize].map((parse) => [parse(value), parse(usual)] as const);
  return amounts.some(([one, other]) => one !== null && one === other);
}

function shortRestart(restart: unknown): Data {
  const isOnlyPolicy = isData(restart) && Object.keys(restart).join(" ") === "policy";
  return isOnlyPolicy ? { restart: restart["policy"] } : {};
}

function isData(value: unknown): value is Data {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
