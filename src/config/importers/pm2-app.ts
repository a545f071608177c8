/** One app of a pm2 ecosystem file as a process. */

import { existsSync } from "node:fs";
import { extname, relative, resolve } from "node:path";
import { limits } from "../../model/limits.ts";
import { escapeTemplate } from "../../model/template.ts";
import { cronProblem } from "../schema/schedule.ts";
import { isMap } from "../tree.ts";
import { present, textOf } from "./importer.ts";
import { own } from "../../model/own.ts";

export type App = Readonly<Record<string, unknown>>;

/** Other spellings, after camelCase was undone: from `lib/API/schema.json` of pm2. */
const ALIASES: Readonly<Record<string, string>> = {
  exec: "script",
  exec_interpreter: "interpreter",
  node_args: "interpreter_args",
  error: "error_file",
  err: "error_file",
  err_file: "error_file",
  err_log: "error_file",
  out: "out_file",
  output: "out_file",
  out_log: "out_file",
  log: "log_file",
  pid: "pid_file",
  cron: "cron_restart",
  combine_logs: "merge_logs",
};

/** Keys that are read below or with the environment, or that change nothing here. */
const KNOWN = new Set(
  (
    "name script args interpreter interpreter_args cwd instances exec_mode env autorestart autostart max_restarts " +
    "restart_delay exp_backoff_restart_delay kill_timeout listen_timeout wait_ready shutdown_with_message namespace uid " +
    "gid stop_exit_codes watch ignore_watch watch_delay max_memory_restart cron_restart log_file pid_file increment_var " +
    "instance_var time vizion source_map_support merge_logs log_date_format min_uptime treekill filter_env force " +
    "append_env_to_name disable_trace pmx automation"
  ).split(" "),
);

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

/** The app with one spelling for each key; the names of its `env_NAME` maps stay as they are. */
export function withPlainKeys(app: App): App {
  return Object.fromEntries(
    Object.entries(app).map(([key, value]) => {
      if (key.startsWith("env_")) return [key, value];
      const snake = key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      return [own(ALIASES, snake) ?? snake, value];
    }),
  );
}

export function nameOf(app: App): string {
  if (app["name"] !== undefined) return textOf(app["name"]);
  const script = textOf(app["script"]).split("/").at(-1)!;
  return script.slice(0, script.length - extname(script).length);
}

/** All but the environment. */
export function processOf(app: App, directory: string): Record<string, unknown> {
  const cwd = typeof app["cwd"] === "string" ? resolve(directory, app["cwd"]) : directory;
  const namespace = app["namespace"];
  const isGrouped = typeof namespace === "string" && namespace !== "default";
  return present({
    command: commandOf(app, cwd),
    cwd: cwd === directory ? undefined : escapeTemplate(seenFrom(directory, cwd)),
    ...instancesAndPort(app),
    user: app["uid"],
    group: app["gid"],
    groups: isGrouped ? [namespace] : undefined,
    autostart: app["autostart"] === false ? false : undefined,
    ready: app["wait_ready"] === true ? { ipc: true } : undefined,
    ...timesOf(app),
    stop: present({
      signal: "SIGINT",
      timeout: app["kill_timeout"] ?? 1_600,
      ipc: app["shutdown_with_message"] === true ? true : undefined,
    }),
    // As in pm2 it is stopped in peace, not killed by the kernel.
    limits: app["max_memory_restart"] && { memory: app["max_memory_restart"], enforce: "watch" },
    watch: watchOf(app),
    log: app["log_file"] && { file: app["log_file"] },
    pidFile: app["pid_file"],
  });
}

/** What of the app is not carried over, as sentences. */
export function leftOutOf(name: string, app: App): string[] {
  const unknown = Object.keys(app).filter(
    (key) => !KNOWN.has(key) && !key.startsWith("env_") && !key.startsWith("x-"),
  );
  const { instances, port } = instancesAndPort(app);
  const isShared = port === undefined && (instances === "max" || Number(instances ?? 1) > 1);
  const message = "a message { procman: 1, type: 'shutdown' } instead of the word 'shutdown'";
  return [
    ...(app["shutdown_with_message"] === true ? [`"${name}" is stopped by ${message}`] : []),
    ...unreadableTimes(name, app),
    ...(unknown.length > 0 ? [`of "${name}", ${unknown.join(", ")} is left out`] : []),
    ...(isShared ? [`the instances of "${name}" are separate processes that share no port`] : []),
  ];
}

/** A path inside the project as seen from there; others stay absolute. */
function seenFrom(directory: string, path: string): string {
  const seen = relative(directory, path);
  return seen.startsWith("..") ? path : seen;
}

const SHELL_OPERATORS = /[|&;<>$`]/;

/** A script that is no file is a program on the PATH, or a whole command line. */
function commandOf(app: App, cwd: string): string | readonly string[] {
  const script = textOf(app["script"]);
  const args = wordsOf(app["args"]);
  const isFile = existsSync(resolve(cwd, script));
  if (!isFile && SHELL_OPERATORS.test(script)) {
    return escapeTemplate([script, ...args.map(quoted)].join(" "));
  }
  const given = app["interpreter"];
  const guessed = isFile ? INTERPRETERS[extname(script)] : undefined;
  const interpreter =
    typeof given === "string" && given !== "" ? given.replace(/@[\d.]+$/, "") : guessed;
  const words = isFile ? [script.includes("/") ? script : `./${script}`] : wordsOf(script);
  const command =
    interpreter === undefined || interpreter === "none"
      ? [...words, ...args]
      : [interpreter, ...wordsOf(app["interpreter_args"]), ...words, ...args];
  return command.map(escapeTemplate);
}

function wordsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  const found = typeof value === "string" ? value.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) : null;
  return (found ?? []).map((word) => word.replace(/"([^"]*)"|'([^']*)'/g, "$1$2"));
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** With `increment_var: "PORT"` instance n has the port plus n - 1, as here. In cluster mode all share it. */
function instancesAndPort(app: App) {
  const given = app["instances"];
  const instances = given === 0 || given === "0" || given === "max" || given === -1 ? "max" : given;
  const env = app["env"];
  const port = isMap(env) ? Number(env["PORT"]) : Number.NaN;
  if (!Number.isInteger(port)) return { instances };
  if (app["increment_var"] === "PORT") return { instances, port, balance: "none" };
  const shares = String(app["exec_mode"]).startsWith("cluster");
  return { instances, ...(shares ? { port, balance: "proxy" } : {}) };
}

/** procman remembers so many restarts; who asked pm2 for more meant no limit. */
const MAX_RESTARTS = limits.restartsRemembered - 1;

function restartOf(app: App): Record<string, unknown> {
  const { restart_delay: delay, exp_backoff_restart_delay: growing } = app;
  const codes = app["stop_exit_codes"];
  const max = app["max_restarts"];
  return present({
    policy: app["autorestart"] === false ? "no" : codes === undefined ? "always" : "on-failure",
    successCodes: codes === undefined ? undefined : [...new Set([0, codes].flat())],
    max: typeof max === "number" ? Math.min(max, MAX_RESTARTS) : max,
    backoff:
      delay === undefined
        ? growing && { initial: growing, factor: 1.5, max: "15s" }
        : { initial: delay, factor: 1, max: delay, jitter: 0 },
  });
}

/** What pm2 starts again only by the clock is a job here. */
function timesOf(app: App): Record<string, unknown> {
  const cron = app["cron_restart"];
  const restart = restartOf(app);
  if (!isReadable(cron)) return { restart };
  return app["autorestart"] === false
    ? { restart, schedule: { cron, runOnStart: true, overlap: "replace" } }
    : { restart: { ...restart, cron } };
}

function isReadable(cron: unknown): cron is string {
  return typeof cron === "string" && cronProblem(cron) === null;
}

/** With 0 pm2 forgets the times that were said before. */
function unreadableTimes(name: string, { cron_restart: cron }: App): string[] {
  if (isReadable(cron) || !cron || cron === "0") return [];
  const expected = typeof cron === "string" ? cronProblem(cron) : "a cron expression";
  return [`of "${name}", cron_restart ${JSON.stringify(cron)} is left out: it is not ${expected}`];
}

function watchOf(app: App): unknown {
  const { watch, ignore_watch: ignored, watch_delay: delay } = app;
  if (watch === undefined || watch === false) return undefined;
  const more = present({ exclude: ignored && [ignored].flat(), debounce: delay });
  if (watch === true) return Object.keys(more).length === 0 ? true : { paths: ["."], ...more };
  const all = [watch].flat().map(textOf);
  if (!all.some(isGlob)) return { paths: all, ...more };
  const include = all.map((path) => (isGlob(path) ? path : `${path}/**`));
  return { paths: [...new Set(all.map(withoutGlob))], include, ...more };
}

function isGlob(path: string): boolean {
  return path.includes("*");
}

/** `src` of the glob `src/*.js`: the directory that it looks into. */
function withoutGlob(path: string): string {
  const parts = path.split("/");
  const at = parts.findIndex(isGlob);
  return at < 0 ? path : parts.slice(0, at).join("/") || ".";
}
