/** A pm2 ecosystem file. What procman has no key for is left out, and that is said. */

import { existsSync } from "node:fs";
import { dirname, extname, resolve } from "node:path";
import { escapeTemplate } from "../../model/template.ts";
import { Lines } from "../documents/lines.ts";
import { isDataFile, readDocument } from "../documents/read.ts";
import { runProgram } from "../program.ts";
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

export const pm2: Importer = {
  files: ["js", "cjs", "mjs", "ts", "json", "yaml", "yml"].map(
    (ending) => `ecosystem.config.${ending}`,
  ),
  read,
};

const INTERPRETERS: Readonly<Record<string, string>> = {
  ".js": "node",
  ".cjs": "node",
  ".mjs": "node",
  ".ts": "bun",
  ".tsx": "bun",
  ".py": "python3",
  ".rb": "ruby",
  ".php": "php",
  ".pl": "perl",
  ".sh": "bash",
};

/** Keys that are read below, or that change nothing here. */
const KNOWN = new Set(
  "name script args interpreter interpreter_args node_args interpreterArgs nodeArgs cwd instances exec_mode env autorestart max_restarts restart_delay exp_backoff_restart_delay kill_timeout namespace uid gid stop_exit_codes watch time vizion source_map_support instance_var merge_logs combine_logs log_date_format min_uptime treekill filter_env".split(
    " ",
  ),
);

type App = Readonly<Record<string, unknown>>;

async function read(request: ImportRequest): Promise<Imported> {
  const content = await contentOf(request);
  if (!content.ok) return content;
  const apps = appsOf(content.data);
  if (apps === null) return failed("it has no list `apps`");
  const renamed = legalNames(apps.map(nameOf));
  if (!renamed.ok) return failed(renamed.message);
  const notices = [...renamed.notices];
  const processes: Record<string, Record<string, unknown>> = {};
  for (const app of apps) {
    const fits = renamed.names.get(nameOf(app))!;
    if (typeof app["script"] !== "string") return failed(`app "${nameOf(app)}" has no \`script\``);
    processes[fits] = processOf(app, dirname(request.file), request.profiles);
    notices.push(...noticesOf(fits, app));
  }
  return {
    ok: true,
    data: { profiles: profilesOf(apps), processes },
    lines: new Lines(),
    notices,
  };
}

type Content = { readonly ok: true; readonly data: unknown } | Extract<Imported, { ok: false }>;

async function contentOf({ file, profiles, env }: ImportRequest): Promise<Content> {
  if (isDataFile(file)) {
    const document = await readDocument(file);
    return document.ok ? document : { ok: false, message: document.message, line: document.line };
  }
  const result = await runProgram({ file, profiles, env });
  if (result.ok) return result;
  const [fault] = result.faults;
  return { ok: false, message: fault?.message ?? "it failed", line: fault?.line ?? null };
}

/** `{ apps: [...] }`, `{ apps: {...} }`, a list of apps, or one app. */
function appsOf(data: unknown): readonly App[] | null {
  const apps = isMap(data) ? (data["apps"] ?? data) : data;
  const list = Array.isArray(apps) ? apps : [apps];
  return list.every(isMap) && list.every((app) => "script" in app) ? list : null;
}

function nameOf(app: App): string {
  if (typeof app["name"] === "string") return app["name"];
  const script = textOf(app["script"]).split("/").at(-1)!;
  return script.slice(0, script.length - extname(script).length);
}

function processOf(
  app: App,
  directory: string,
  profiles: readonly string[],
): Record<string, unknown> {
  const cwd = typeof app["cwd"] === "string" ? app["cwd"] : undefined;
  const namespace = app["namespace"];
  const isGrouped = typeof namespace === "string" && namespace !== "default";
  return present({
    command: commandOf(app, resolve(directory, cwd ?? ".")),
    cwd: cwd && escapeTemplate(cwd),
    env: envOf(app, profiles),
    instances: instancesOf(app["instances"]),
    user: app["uid"],
    group: app["gid"],
    groups: isGrouped ? [namespace] : undefined,
    restart: restartOf(app),
    stop: present({ signal: "SIGINT", timeout: app["kill_timeout"] ?? 1_600 }),
  });
}

function commandOf(app: App, cwd: string): readonly string[] {
  const script = textOf(app["script"]);
  const args = wordsOf(app["args"]);
  const given = app["interpreter"] ?? app["exec_interpreter"];
  const isFile = existsSync(resolve(cwd, script));
  const guessed = isFile ? INTERPRETERS[extname(script)] : undefined;
  const interpreter = typeof given === "string" ? given : (guessed ?? "none");
  const options = ["interpreter_args", "interpreterArgs", "node_args", "nodeArgs"].flatMap((key) =>
    wordsOf(app[key]),
  );
  // A script that is no file is a program on the PATH, or a whole command line.
  const words = isFile ? [script.includes("/") ? script : `./${script}`] : wordsOf(script);
  const command =
    interpreter === "none" ? [...words, ...args] : [interpreter, ...options, ...words, ...args];
  return command.map(escapeTemplate);
}

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const found = typeof value === "string" ? value.match(/"[^"]*"|'[^']*'|[^\s"']+/g) : null;
  return (found ?? []).map((word) => word.replace(/^(["'])(.*)\1$/s, "$2"));
}

function envOf(app: App, profiles: readonly string[]): Record<string, unknown> | undefined {
  const maps = [app["env"], ...profiles.map((profile) => app[`env_${profile}`])].filter(isMap);
  const pairs = maps.flatMap((map) => Object.entries(map));
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map(([name, value]) => [name, typeof value === "string" ? escapeTemplate(value) : value]),
  );
}

function instancesOf(value: unknown): unknown {
  if (value === 0 || value === "max" || value === -1 || value === "0") return "max";
  return value;
}

function restartOf(app: App): Record<string, unknown> {
  const delay = app["restart_delay"];
  const growing = app["exp_backoff_restart_delay"];
  const codes = app["stop_exit_codes"];
  return present({
    policy: app["autorestart"] === false ? "no" : codes === undefined ? "always" : "on-failure",
    successCodes:
      codes === undefined ? undefined : [0, ...(Array.isArray(codes) ? codes : [codes])],
    max: app["max_restarts"],
    backoff:
      delay === undefined
        ? growing && { initial: growing, factor: 1.5, max: "15s" }
        : { initial: delay, factor: 1, max: delay, jitter: 0 },
  });
}

/** The `env_NAME` maps: `--profile NAME` chooses them. */
function profilesOf(apps: readonly App[]): Record<string, unknown> {
  const keys = apps.flatMap((app) => Object.keys(app)).filter((key) => key.startsWith("env_"));
  return Object.fromEntries(keys.map((key) => [key.slice("env_".length), {}]));
}

function noticesOf(name: string, app: App): string[] {
  const unknown = Object.keys(app).filter((key) => !KNOWN.has(key) && !key.startsWith("env_"));
  const watched = app["watch"] ? ["watch"] : [];
  const leftOut = [...unknown, ...watched];
  const several = instancesOf(app["instances"]);
  const isShared = several === "max" || Number(several ?? 1) > 1;
  return [
    ...(leftOut.length > 0 ? [`of "${name}", ${leftOut.join(", ")} is left out`] : []),
    ...(isShared ? [`the instances of "${name}" are separate processes that share no port`] : []),
  ];
}
