/** A pm2 ecosystem file. */

import type { ProcessSpec } from "../../model/spec.ts";
import { type Exporter, type ExportedRun, runsOf } from "./exporter.ts";
import { unsaidOf } from "./unsaid.ts";

export const pm2: Exporter = (request) => {
  const { runs, notices } = runsOf(request);
  const processes = runs.map((run) => run.process);
  const signals = [...new Set(processes.map(({ stop }) => stop.signal))].filter(
    (signal) => signal !== "SIGINT",
  );
  return {
    files: [
      {
        name: "ecosystem.config.json",
        text: `${JSON.stringify({ apps: runs.map(appOf) }, null, 2)}\n`,
      },
    ],
    notices: [
      ...notices,
      ...unsaidOf(processes, "a pm2 ecosystem file", [
        "restart.policy",
        "restart.max",
        "restart.successCodes",
        "restart.backoff",
        "restart.cron",
        "stop.timeout",
        "stop.signal",
        "limits.memory",
        "user",
        "group",
        "groups",
        "pidFile",
        "autostart",
        "watch",
      ]),
      ...signals.map(
        (signal) => `pm2 stops with SIGINT, not ${signal}: set PM2_KILL_SIGNAL=${signal} for all`,
      ),
      ...processes
        .filter(({ groups }) => groups.length > 1)
        .map(({ name, groups }) => `"${name}" is only in the namespace ${groups[0]}`),
    ],
    next: "pm2 start ecosystem.config.json",
  };
};

function appOf({ name, process, argv, env }: ExportedRun): Record<string, unknown> {
  const { restart, stop, user, group, groups, watch } = process;
  const { backoff } = restart;
  return {
    name,
    script: argv[0],
    args: argv.slice(1),
    interpreter: "none",
    cwd: process.cwd,
    env,
    ...(groups[0] === undefined ? {} : { namespace: groups[0] }),
    ...(user === null ? {} : { uid: user }),
    ...(group === null ? {} : { gid: group }),
    ...(process.pidFile === undefined ? {} : { pid_file: process.pidFile }),
    ...(process.autostart ? {} : { autostart: false }),
    ...watchKeys(watch),
    autorestart: restart.policy !== "no",
    ...(restart.policy === "on-failure" ? { stop_exit_codes: restart.successCodes } : {}),
    max_restarts: restart.max,
    ...(restart.cron === undefined ? {} : { cron_restart: restart.cron.cron }),
    ...(backoff.factor > 1
      ? { exp_backoff_restart_delay: backoff.initialMs }
      : { restart_delay: backoff.initialMs }),
    kill_timeout: stop.timeoutMs,
    ...(process.limits?.memory === undefined ? {} : { max_memory_restart: process.limits.memory }),
  };
}

function watchKeys(watch: ProcessSpec["watch"]): Record<string, unknown> {
  if (watch === undefined) return {};
  const { paths, exclude, debounceMs } = watch;
  const ignored = exclude.length === 0 ? {} : { ignore_watch: exclude };
  return { watch: paths, ...ignored, watch_delay: debounceMs };
}
