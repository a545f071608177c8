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
  cron_restart: "restart",
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

/** What is a key of a map here: each with that map, and what to write. */
const WITHIN: Readonly<Record<string, readonly [map: string, hint: string]>> = {
  memory: ["limits", "It is a limit: `limits: { memory: 100M }`."],
  max_memory: ["limits", "It is a limit: `limits: { memory: 100M }`."],
  max_memory_restart: ["limits", "It is a limit: `limits: { memory: 100M }`."],
  mem_limit: ["limits", "It is a limit: `limits: { memory: 100M }`."],
  cpus: ["limits", "It is a limit: `limits: { cpu: 1.5 }`."],
  interpreter: ["command", "It belongs into the command: `command: python3 stats.py`."],
  args: ["command", "They belong into the command: `command: [node, server.js, --port, 3000]`."],
  max_restarts: ["restart", "It is of the restarts: `restart: { max: 10 }`."],
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
