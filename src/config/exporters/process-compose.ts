/** A process-compose.yaml. */

import { constants } from "node:os";
import type { HttpCheck, ReadyProbe } from "../../model/probe.ts";
import { limits } from "../../model/limits.ts";
import type { Dependency, ProcessSpec, ProjectSpec, ScheduleSpec } from "../../model/spec.ts";
import { yamlOf } from "../documents/write.ts";
import {
  canBeSaid,
  type Exporter,
  type ExportedRun,
  type ExportedRuns,
  runsOf,
} from "./exporter.ts";
import { probeLine } from "./probe-command.ts";
import { unsaidOf } from "./unsaid.ts";
import { own } from "../../model/own.ts";

export const processCompose: Exporter = (request) => {
  const { project } = request;
  const exported = runsOf(request);
  const { runs, notices } = exported;
  const processes = runs.map((run) => [run.name, processOf(run, project, exported)] as const);
  const data = {
    version: "0.5",
    name: project.name,
    shell: { shell_command: "sh", shell_argument: "-c" },
    processes: Object.fromEntries(processes),
  };
  return {
    files: [{ name: "process-compose.yaml", text: yamlOf(data) }],
    notices: [
      ...notices,
      ...unsaidOf(
        runs.map((run) => run.process),
        "a process-compose.yaml",
        [
          "dependsOn",
          "ready",
          "restart.policy",
          "restart.max",
          "restart.backoff",
          "schedule",
          "stop.signal",
          "stop.timeout",
          "groups",
          "tty",
          "autostart",
        ],
      ),
    ],
    next: "process-compose up",
  };
};

function processOf(run: ExportedRun, project: ProjectSpec, { namesOf }: ExportedRuns) {
  const { process, env, line, ready } = run;
  const { restart, stop, dependsOn, groups, description, schedule } = process;
  const dependencies = dependsOn.flatMap((dependency) =>
    namesOf(dependency).map((name) => [name, { condition: conditionOf(dependency, project) }]),
  );
  const probe = probeOf(process, ready);
  return {
    command: literal(line),
    working_dir: literal(process.cwd),
    ...(description === null ? {} : { description }),
    ...(groups[0] === undefined ? {} : { namespace: groups[0] }),
    ...(process.tty === true ? { is_tty: true } : {}),
    ...(process.autostart ? {} : { disabled: true }),
    environment: Object.entries(env).map(([name, value]) => literal(`${name}=${value}`)),
    ...(dependencies.length === 0 ? {} : { depends_on: Object.fromEntries(dependencies) }),
    availability: {
      restart: restart.policy.replace("-", "_"),
      backoff_seconds: wholeSeconds(restart.backoff.initialMs),
      max_restarts: restart.max,
    },
    ...(schedule === undefined ? {} : { schedule: scheduleOf(schedule) }),
    ...(probe === null ? {} : { readiness_probe: probe }),
    shutdown: {
      signal: constants.signals[stop.signal as keyof typeof constants.signals],
      timeout_seconds: wholeSeconds(stop.timeoutMs),
    },
  };
}

function scheduleOf({ times, overlap, runOnStart }: ScheduleSpec) {
  return {
    ...(times.kind === "every"
      ? { interval: `${times.everyMs / 1_000}s` }
      : { cron: times.cron, timezone: times.timezone }),
    ...(runOnStart === true ? { run_on_start: true } : {}),
    ...(overlap === "allow" ? { max_concurrent: limits.extraRuns } : {}),
  };
}

/** Without a probe process-compose would wait for `process_healthy` for ever. */
function conditionOf({ process, condition }: Dependency, project: ProjectSpec): string {
  if (condition === "completed") return "process_completed";
  if (condition === "succeeded") return "process_completed_successfully";
  const probes = (own(project.processes, process)?.ready ?? []).filter(canBeSaid);
  return condition !== "started" && probes.length > 0 ? "process_healthy" : "process_started";
}

/** One there, so several become one command. */
function probeOf(process: ProcessSpec, ready: readonly ReadyProbe[]) {
  const [first] = ready.filter((probe) => probe.kind !== "after");
  const delays = ready.map((probe) => (probe.kind === "after" ? probe.afterMs : 0));
  if (ready.length === 0) return null;
  const period = wholeSeconds(first?.intervalMs ?? 1_000);
  const lines = ready.map(probeLine).filter((line) => line !== null);
  const how =
    first?.kind === "http" && lines.length === 1 && isPlain(first)
      ? { http_get: httpOf(first.url) }
      : {
          exec: {
            command: literal(lines.length === 0 ? "true" : lines.join(" && ")),
            working_dir: literal(process.cwd),
          },
        };
  const delay = Math.max(...delays);
  return {
    ...how,
    ...(delay > 0 ? { initial_delay_seconds: wholeSeconds(delay) } : {}),
    period_seconds: period,
    timeout_seconds: wholeSeconds(first?.timeoutMs ?? 1_000),
    failure_threshold: Math.ceil(wholeSeconds(process.readyWithinMs) / period),
  };
}

/** More than an address is said by a command. */
function isPlain({ method, headers, tls }: HttpCheck): boolean {
  return method === undefined && headers === undefined && tls === undefined;
}

function httpOf(url: string) {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol.replace(":", "");
  const number = port === "" ? (scheme === "https" ? 443 : 80) : Number(port);
  return { scheme, host: hostname, port: number, path: literal(pathname + search) };
}

/** Nothing there is to be expanded again. */
function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}

function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1_000));
}
