/** Keys as other tools call them, each with procman's: what to say when one is not known. */

const WORDS: Readonly<Record<string, string>> = {
  cmd: "command",
  exec: "command",
  script: "command",
  run: "command",
  entrypoint: "command",
  replicas: "instances",
  numprocs: "instances",
  scale: "instances",
  healthcheck: "health",
  liveness_probe: "health",
  livenessProbe: "health",
  readiness_probe: "ready",
  readinessProbe: "ready",
  cron: "schedule",
  autorestart: "restart",
  availability: "restart",
  environment: "env",
  working_dir: "cwd",
  dir: "cwd",
  directory: "cwd",
  ports: "port",
  needs: "dependsOn",
  requires: "dependsOn",
  shutdown: "stop",
  services: "processes",
  apps: "processes",
  programs: "processes",
};

const LIMIT = "It is a limit: `limits: { memory: 100M }`.";
const STOP_AFTER = "It is of the stop: `stop: { timeout: 3s }`.";
const STOP_SIGNAL = "It is of the stop: `stop: { signal: SIGINT }`.";
const INSTANCES = "Every instance is a process of its own: `instances: 4`.";
const LOGS = "Output is kept anyway: `procman logs --path` says where.";

/** What is a key of a map here: each with that map, and what to write. */
const WITHIN: Readonly<Record<string, readonly [map: string, hint: string]>> = {
  memory: ["limits", LIMIT],
  max_memory: ["limits", LIMIT],
  max_memory_restart: ["limits", LIMIT],
  mem_limit: ["limits", LIMIT],
  cpus: ["limits", "It is a limit: `limits: { cpu: 1.5 }`."],
  interpreter: ["command", "It belongs into the command: `command: python3 stats.py`."],
  args: ["command", "They belong into the command: `command: [node, server.js, --port, 3000]`."],
  max_restarts: ["restart", "It is of the restarts: `restart: { max: 10 }`."],
  restart_delay: ["restart", "It is of the restarts: `restart: { backoff: { initial: 3s } }`."],
  exp_backoff_restart_delay: [
    "restart",
    "It is of the restarts: `restart: { backoff: { initial: 100ms } }`.",
  ],
  cron_restart: ["restart", 'It is of the restarts: `restart: { cron: "0 4 * * *" }`.'],
  min_uptime: [
    "restart",
    "Restarts are counted however long a run lasted: `restart: { max: 5, window: 1m }`.",
  ],
  kill_timeout: ["stop", STOP_AFTER],
  stop_grace_period: ["stop", STOP_AFTER],
  stop_signal: ["stop", STOP_SIGNAL],
  stopsignal: ["stop", STOP_SIGNAL],
  shutdown_with_message: ["stop", "It is of the stop: `stop: { ipc: true }`."],
  grace: ["timeout", 'Did you mean "timeout"?'],
  wait_ready: ["ready", "The program says so itself: `ready: { ipc: true }`."],
  listen_timeout: ["ready", "It is of the probe: `ready: { ipc: true, within: 3s }`."],
  exec_mode: ["instances", INSTANCES],
  deploy: ["instances", INSTANCES],
  out_file: ["log", LOGS],
  error_file: ["log", LOGS],
  log_file: ["log", LOGS],
  stdout_logfile: ["log", LOGS],
  stderr_logfile: ["log", LOGS],
  log_date_format: ["log", "Each line has its time: `procman logs --timestamps`."],
  namespace: ["groups", "Groups are for that: `groups: [backend]`."],
  profile: ["groups", "Profiles choose processes, not the other way: `profiles: { dev: [NAME] }`."],
  profiles: ["groups", "Profiles stand at the top: `profiles: { dev: [NAME] }`."],
  url: ["http", 'Did you mean "http"?'],
  port: ["tcp", 'Did you mean "tcp"?'],
  test: ["exec", "It is a command: `health: { exec: curl -f http://127.0.0.1:3000/ }`."],
};

/** The key that is meant, of those that are known there. */
export function meantBy(key: string, known: readonly string[]): string | null {
  const word = Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
  return word !== undefined && known.includes(word) ? word : null;
}

/** What to say of an unknown key; null when that is not known either. */
export function habitHint(key: string, value: unknown, known: readonly string[]): string | null {
  if (key === "type" && value === "oneshot" && known.includes("restart")) {
    return 'A process that ends by itself has `restart: "no"`.';
  }
  if (key === "apps" && Array.isArray(value) && known.includes("processes")) {
    return "It is a file of pm2: `procman init --from FILE` makes a configuration of it.";
  }
  const word = meantBy(key, known);
  if (word !== null) return `Did you mean "${word}"?`;
  const [map, hint] = (Object.hasOwn(WITHIN, key) ? WITHIN[key] : undefined) ?? [];
  return map !== undefined && known.includes(map) ? (hint ?? null) : null;
}

/** At the top something that could be a process is one in the wrong place. */
export function misplacedHint(value: unknown, known: readonly string[]): string | null {
  const looksLikeOne =
    typeof value === "string"
      ? value.includes(" ")
      : value !== null && typeof value === "object" && "command" in value;
  return looksLikeOne && known.includes("processes") ? "Processes belong under `processes`." : null;
}
