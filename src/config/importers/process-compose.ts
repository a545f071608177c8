/** A process-compose.yaml. What procman has no key for is left out, and that is said. */

import { escapeTemplate } from "../../model/template.ts";
import { Lines } from "../documents/lines.ts";
import { readDocument } from "../documents/read.ts";
import { isMap } from "../tree.ts";
import {
  failed,
  type Imported,
  type Importer,
  type ImportRequest,
  legalNames,
  present,
  textOf,
} from "./importer.ts";

export const processCompose: Importer = {
  files: ["process-compose.yaml", "process-compose.yml"],
  read,
};

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
const KNOWN = new Set(
  "command entrypoint working_dir environment env_file depends_on availability readiness_probe shutdown disabled description replicas namespace".split(
    " ",
  ),
);
const KNOWN_AT_TOP = new Set(
  "version processes environment env_file shell is_strict name log_level".split(" "),
);

type Entry = Readonly<Record<string, unknown>>;

async function read({ file }: ImportRequest): Promise<Imported> {
  const document = await readDocument(file);
  if (!document.ok) return failed(document.message, document.line);
  const { data } = document;
  if (!isMap(data) || !isMap(data["processes"])) return failed("it has no map `processes`");
  const given = data["processes"];
  const renamed = legalNames(Object.keys(given));
  if (!renamed.ok) return failed(renamed.message);

  const lines = new Lines();
  const notices = [...renamed.notices, ...leftOut("the project", data, KNOWN_AT_TOP)];
  const processes: Record<string, Record<string, unknown>> = {};
  for (const [name, entry] of Object.entries(given)) {
    const fits = renamed.names.get(name)!;
    if (!isMap(entry))
      return failed(`process "${name}" is no map`, document.lines.of(["processes", name]));
    lines.add(["processes", fits], document.lines.of(["processes", name]) ?? 1, 0);
    processes[fits] = processOf(entry, renamed.names);
    notices.push(...leftOut(`"${fits}"`, entry, KNOWN));
  }
  const shell = shellOf(data["shell"]);
  return {
    ok: true,
    data: {
      ...present({
        name: data["name"],
        env: environment(data["environment"]),
        envFile: data["env_file"] ?? [".env?"],
        defaults: shell && { shell },
      }),
      processes,
    },
    lines,
    notices,
  };
}

function processOf(entry: Entry, names: ReadonlyMap<string, string>): Record<string, unknown> {
  const { command, entrypoint } = entry as { command?: unknown; entrypoint?: unknown };
  const words = Array.isArray(entrypoint)
    ? [...entrypoint, ...(Array.isArray(command) ? command : [])]
    : command;
  return present({
    command: Array.isArray(words) ? words.map((word) => escape(word)) : escape(words),
    cwd: entry["working_dir"] && withDefaults(textOf(entry["working_dir"])),
    description: entry["description"],
    env: environment(entry["environment"]),
    envFile: entry["env_file"],
    disabled: entry["disabled"],
    instances: entry["replicas"],
    groups: typeof entry["namespace"] === "string" ? [entry["namespace"]] : undefined,
    dependsOn: dependencies(entry["depends_on"], names),
    restart: restart(entry["availability"]),
    ready: ready(entry["readiness_probe"]),
    stop: stop(entry["shutdown"]),
  });
}

function dependencies(value: unknown, names: ReadonlyMap<string, string>) {
  if (!isMap(value)) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const condition = isMap(given) ? String(given["condition"]) : "process_completed";
      return [names.get(name) ?? name, CONDITIONS[condition] ?? condition];
    }),
  );
}

function restart(value: unknown) {
  if (!isMap(value)) return "no";
  const delay = seconds(value["backoff_seconds"]) ?? "1s";
  const max = value["max_restarts"];
  return present({
    policy: POLICIES[textOf(value["restart"] ?? "no")] ?? value["restart"],
    max: typeof max === "number" && max > 0 ? max : undefined,
    backoff: { initial: delay, factor: 1, max: delay, jitter: 0 },
  });
}

function ready(value: unknown) {
  if (!isMap(value)) return undefined;
  const { exec, http_get: http } = value as { exec?: unknown; http_get?: unknown };
  const pace = {
    interval: seconds(value["period_seconds"]),
    timeout: seconds(value["timeout_seconds"]),
  };
  if (isMap(exec)) return present({ exec: escape(exec["command"]), ...pace });
  if (!isMap(http)) return undefined;
  const port = http["port"] === undefined ? "" : `:${textOf(http["port"])}`;
  const url = `${textOf(http["scheme"] ?? "http")}://${textOf(http["host"] ?? "127.0.0.1")}${port}${textOf(http["path"] ?? "/")}`;
  return present({ http: withDefaults(url), ...pace });
}

function stop(value: unknown) {
  if (!isMap(value)) return undefined;
  const signal = SIGNAL_NAMES[Number(value["signal"])] ?? undefined;
  return present({ signal, timeout: seconds(value["timeout_seconds"]), command: value["command"] });
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

/** `["A=b"]`, or a map. */
function environment(value: unknown): Record<string, unknown> | undefined {
  const pairs = Array.isArray(value)
    ? value.map((line): [string, unknown] => {
        const [name = "", ...rest] = String(line).split("=");
        return [name, rest.join("=")];
      })
    : isMap(value)
      ? Object.entries(value)
      : [];
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map(([name, text]) => [name, typeof text === "string" ? withDefaults(text) : text]),
  );
}

function shellOf(value: unknown): readonly string[] | undefined {
  if (!isMap(value) || typeof value["shell_command"] !== "string") return undefined;
  return [value["shell_command"], textOf(value["shell_argument"] ?? "-c")];
}

/** There an unset variable is empty; `$$` is a dollar sign. */
function withDefaults(text: string): string {
  return text.replace(/(\$\$)|\$\{(\w+)\}|\$(\w+)/g, (_, dollars, braced, bare) =>
    dollars ? "$" : `\${${braced ?? bare}:-}`,
  );
}

/** In commands the shell expands, from the same environment. */
function escape(value: unknown): unknown {
  return typeof value === "string" ? escapeTemplate(value) : value;
}

function seconds(value: unknown): string | undefined {
  return typeof value === "number" ? `${value}s` : undefined;
}

function leftOut(whose: string, entry: Entry, known: ReadonlySet<string>): string[] {
  const keys = Object.keys(entry).filter((key) => !known.has(key) && !key.startsWith("x-"));
  return keys.length === 0 ? [] : [`of ${whose}, ${keys.join(", ")} is left out`];
}
