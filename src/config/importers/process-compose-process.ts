/** One process of a process-compose.yaml as a process of ours. */

import { isMap } from "../tree.ts";
import { present, textOf } from "./importer.ts";
import { commandText, environment, hasTemplates, withDefaults } from "./process-compose-text.ts";
import { own } from "../../model/own.ts";

type Entry = Readonly<Record<string, unknown>>;

const CONDITIONS: Readonly<Record<string, string>> = {
  process_started: "started",
  process_healthy: "ready",
  process_log_ready: "ready",
  process_completed: "completed",
  process_completed_successfully: "succeeded",
};

const POLICIES: Readonly<Record<string, string>> = {
  no: "no",
  always: "always",
  on_failure: "on-failure",
  exit_on_failure: "no",
};

/** Keys that are read below, or that change nothing here. */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  "": wordSet(
    "command entrypoint working_dir environment env_file depends_on availability readiness_probe liveness_probe ready_log_line shutdown disabled description replicas namespace schedule is_tty is_foreground log_location vars is_dotenv_disabled disable_ansi_colors",
  ),
  availability: wordSet("restart backoff_seconds max_restarts"),
  readiness_probe: wordSet(
    "exec http_get initial_delay_seconds period_seconds timeout_seconds failure_threshold success_threshold",
  ),
  liveness_probe: wordSet(
    "exec http_get initial_delay_seconds period_seconds timeout_seconds failure_threshold success_threshold",
  ),
  shutdown: wordSet("signal timeout_seconds command"),
  schedule: wordSet("cron interval timezone run_on_start max_concurrent"),
};

export function processOf(
  entry: Entry,
  names: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const { command, entrypoint } = entry as { command?: unknown; entrypoint?: unknown };
  const words = Array.isArray(entrypoint)
    ? [...entrypoint, ...(Array.isArray(command) ? command : [])]
    : command;
  return present({
    command: Array.isArray(words) ? words.map(commandText) : commandText(words),
    cwd: entry["working_dir"] && withDefaults(textOf(entry["working_dir"])),
    description: entry["description"],
    env: environment(entry["environment"]),
    envFile: entry["env_file"],
    // One that is disabled there can be started by hand.
    autostart: entry["disabled"] === true ? false : undefined,
    instances: entry["replicas"],
    groups: typeof entry["namespace"] === "string" ? [entry["namespace"]] : undefined,
    dependsOn: dependencies(entry["depends_on"], names),
    restart: restart(entry["availability"], isMap(entry["schedule"])),
    ready: ready(entry),
    health: health(entry["liveness_probe"]),
    stop: stop(entry["shutdown"]),
    schedule: schedule(entry["schedule"]),
    tty: entry["is_tty"] === true ? true : undefined,
    log: entry["log_location"] && { file: withDefaults(textOf(entry["log_location"])) },
  });
}

/** What of the process is not carried over, as sentences. */
export function leftOutOf(name: string, entry: Entry): string[] {
  const keys = Object.entries(KNOWN).flatMap(([part, known]) => {
    const map = part === "" ? entry : entry[part];
    if (!isMap(map)) return [];
    const unknown = Object.keys(map).filter((key) => !known.has(key) && !key.startsWith("x-"));
    return unknown.map((key) => (part === "" ? key : `${part}.${key}`));
  });
  const templates = hasTemplates({ ...entry, vars: null })
    ? [`"${name}" has templates ({{…}}) that are not filled in`]
    : [];
  return keys.length === 0
    ? templates
    : [`of "${name}", ${keys.join(", ")} is left out`, ...templates];
}

function dependencies(value: unknown, names: ReadonlyMap<string, string>) {
  if (!isMap(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const condition = isMap(given) ? textOf(given["condition"]) : "process_completed";
      return [names.get(name) ?? name, own(CONDITIONS, condition) ?? condition];
    }),
  );
}

/** What is run by a schedule is not started again when it has succeeded. */
function restart(value: unknown, isScheduled: boolean) {
  if (!isMap(value)) return "no";
  const delay = seconds(value["backoff_seconds"]) ?? "1s";
  const max = value["max_restarts"];
  const policy = POLICIES[textOf(value["restart"] ?? "no")] ?? value["restart"];
  return present({
    policy: isScheduled && policy === "always" ? "on-failure" : policy,
    max: typeof max === "number" && max > 0 ? max : undefined,
    backoff: { initial: delay, factor: 1, max: delay, jitter: 0 },
  });
}

function ready(entry: Entry): unknown {
  const probe = entry["readiness_probe"];
  if (!isMap(probe)) {
    const line = entry["ready_log_line"];
    return line === undefined ? undefined : { log: RegExp.escape(textOf(line)) };
  }
  return kindOf(probe) && present({ ...kindOf(probe), ...paceOf(probe), within: withinOf(probe) });
}

function health(probe: unknown): unknown {
  if (!isMap(probe) || kindOf(probe) === undefined) return undefined;
  return present({
    ...kindOf(probe),
    ...paceOf(probe),
    startPeriod: seconds(probe["initial_delay_seconds"]),
    successThreshold: probe["success_threshold"],
    failureThreshold: probe["failure_threshold"],
  });
}

function kindOf(probe: Entry): Record<string, unknown> | undefined {
  const { exec, http_get: http } = probe as { exec?: unknown; http_get?: unknown };
  if (isMap(exec)) return { exec: commandText(exec["command"]) };
  if (!isMap(http)) return undefined;
  const port = http["port"] === undefined ? "" : `:${textOf(http["port"])}`;
  const host = `${textOf(http["scheme"] ?? "http")}://${textOf(http["host"] ?? "127.0.0.1")}`;
  const url = withDefaults(`${host}${port}${textOf(http["path"] ?? "/")}`);
  const more = present({
    headers: http["headers"],
    status: http["status_code"] === undefined ? undefined : [http["status_code"]],
  });
  return { http: Object.keys(more).length === 0 ? url : { url, ...more } };
}

function paceOf(probe: Entry) {
  return {
    interval: seconds(probe["period_seconds"]),
    timeout: seconds(probe["timeout_seconds"]),
  };
}

/** Probing there begins after the delay and ends after so many failures. */
function withinOf(probe: Entry): string | undefined {
  const { failure_threshold: failures, initial_delay_seconds: delay } = probe;
  if (typeof failures !== "number") return undefined;
  const period = Number(probe["period_seconds"] ?? 10);
  return `${Number(delay ?? 0) + period * failures}s`;
}

function stop(value: unknown) {
  if (!isMap(value)) return undefined;
  return present({
    signal: SIGNAL_NAMES[Number(value["signal"])],
    timeout: seconds(value["timeout_seconds"]),
    command: commandText(value["command"]),
  });
}

const SIGNAL_NAMES: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  9: "SIGKILL",
  10: "SIGUSR1",
  12: "SIGUSR2",
  15: "SIGTERM",
};

function schedule(value: unknown) {
  if (!isMap(value)) return undefined;
  return present({
    cron: value["cron"],
    every: everyMs(value["interval"]),
    timezone: value["timezone"],
    runOnStart: value["run_on_start"],
    overlap: Number(value["max_concurrent"] ?? 1) > 1 ? "allow" : undefined,
  });
}

const GO_UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `1h30m`, as Go has it. */
function everyMs(value: unknown): unknown {
  if (typeof value !== "string" || !/^(?:[\d.]+(?:h|m|s|ms))+$/.test(value)) return value;
  const parts = value.matchAll(/([\d.]+)(ms|[hms])/g);
  return parts.reduce((sum, [, count, unit = ""]) => sum + Number(count) * GO_UNITS[unit]!, 0);
}

function seconds(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}s` : undefined;
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
