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
  return null;
}

/** At the top something that could be a process is one in the wrong place. */
export function misplacedHint(value: unknown, known: readonly string[]): string | null {
  const looksLikeOne =
    typeof value === "string"
      ? value.includes(" ")
      : value !== null && typeof value === "object" && "command" in value;
  return looksLikeOne && known.includes("processes") ? "Processes belong under `processes`." : null;
}
