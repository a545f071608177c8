/** A compose.yaml for containers. Which image a command needs is nowhere said in a project of ours, so it is a guess;
 *  the project's directory is mounted, and the network is the host's, so that ports and addresses stay as they are. */

import { relative } from "node:path";
import { formatDuration } from "../../model/duration.ts";
import type { Dependency, ProcessSpec, ProjectSpec } from "../../model/spec.ts";
import { yamlOf } from "../documents/write.ts";
import { type Exporter, type ExportedRun, type ExportedRuns, runsOf } from "./exporter.ts";
import { probeLine, toolOf } from "./probe-command.ts";
import { unsaidOf } from "./unsaid.ts";
import { own } from "../../model/own.ts";

const IMAGES: Readonly<Record<string, string>> = {
  bun: "oven/bun:1",
  bunx: "oven/bun:1",
  node: "node:lts",
  npm: "node:lts",
  npx: "node:lts",
  python: "python:3",
  python3: "python:3",
  ruby: "ruby:3",
  "redis-server": "redis:7",
};
const OTHER_IMAGE = "debian:stable-slim";

/** Where the project's directory is in the containers. */
const APP = "/app";

export const compose: Exporter = (request) => {
  const { project } = request;
  const exported = runsOf(request);
  const { runs, notices } = exported;
  const services = runs.map((run) => [run.name, serviceOf(run, project, exported)] as const);
  const tools = new Set(
    runs.flatMap(({ ready }) => ready.map(toolOf)).filter((tool) => tool !== null),
  );
  const outside = runs.filter(({ process }) => placeOf(process, project) === null);
  return {
    files: [
      {
        name: "compose.yaml",
        text: yamlOf({ name: project.name.toLowerCase(), services: Object.fromEntries(services) }),
      },
    ],
    notices: [
      ...notices,
      "images are guessed by the name of the program: look at each `image`",
      ...(tools.size === 0 ? [] : [`health checks need ${[...tools].join(" and ")} in the image`]),
      ...runs
        .filter(({ ready }) => ready.some(({ kind }) => kind === "after"))
        .map(({ name }) => `the ready probe \`after\` of "${name}" is left out`),
      ...runs
        .filter(({ process }) => process.dependsOn.some(isAnyEnd))
        .map(({ name }) => `"${name}" waits for a success where any end would do`),
      ...outside.map(
        ({ name, process }) => `"${name}" runs in ${process.cwd}, which is not mounted`,
      ),
      ...unsaidOf(
        runs.map((run) => run.process),
        "a compose.yaml",
        [
          "dependsOn",
          "dependsOn.required",
          "dependsOn.restart",
          "ready",
          "restart.policy",
          "restart.max",
          "stop.signal",
          "stop.timeout",
          "limits.memory",
          "limits.cpu",
          "limits.pids",
          "limits.openFiles",
          "log",
          "stdin",
          "tty",
          "user",
          "group",
          "autostart",
        ],
      ),
    ],
    next: "docker compose up",
  };
};

function serviceOf(run: ExportedRun, project: ProjectSpec, { namesOf }: ExportedRuns) {
  const { process, argv, env } = run;
  const dependencies = process.dependsOn.flatMap((dependency) =>
    namesOf(dependency).map((name) => [name, dependencyOf(dependency, project)] as const),
  );
  const place = placeOf(process, project);
  const healthcheck = healthcheckOf(run);
  return {
    image: IMAGES[argv[0] ?? ""] ?? OTHER_IMAGE,
    command: argv.map(literal),
    network_mode: "host",
    volumes: [`.:${APP}`],
    working_dir: literal(place ?? process.cwd),
    ...(Object.keys(env).length === 0
      ? {}
      : { environment: Object.fromEntries(Object.entries(env).map(([k, v]) => [k, literal(v)])) }),
    ...(process.user === null
      ? {}
      : { user: process.group === null ? process.user : `${process.user}:${process.group}` }),
    ...(dependencies.length === 0 ? {} : { depends_on: Object.fromEntries(dependencies) }),
    ...(healthcheck === null ? {} : { healthcheck }),
    ...(process.tty === true ? { tty: true } : {}),
    ...(process.tty === true || process.stdin === true ? { stdin_open: true } : {}),
    restart: restartOf(process),
    stop_signal: process.stop.signal,
    stop_grace_period: formatDuration(process.stop.timeoutMs),
    ...limitsOf(process),
    ...(process.autostart ? {} : { profiles: ["manual"] }),
    logging: {
      driver: "local",
      options: {
        "max-size": `${Math.max(1, Math.ceil(process.log.maxSizeBytes / 1e6))}m`,
        "max-file": String(process.log.maxFiles + 1),
      },
    },
  };
}

function limitsOf({ limits: { memory, cpu, pids, openFiles } = {} }: ProcessSpec) {
  return {
    ...(memory === undefined ? {} : { mem_limit: memory }),
    ...(cpu === undefined ? {} : { cpus: cpu }),
    ...(pids === undefined ? {} : { pids_limit: pids }),
    ...(openFiles === undefined ? {} : { ulimits: { nofile: openFiles } }),
  };
}

function dependencyOf({ process, condition, required, restart }: Dependency, project: ProjectSpec) {
  const isProbed = (own(project.processes, process)?.ready ?? []).some(
    (probe) => probeLine(probe) !== null,
  );
  const isEnd = condition === "succeeded" || condition === "completed";
  return {
    condition: isEnd
      ? "service_completed_successfully"
      : condition === "started" || !isProbed
        ? "service_started"
        : "service_healthy",
    ...(required ? {} : { required: false }),
    ...(restart ? { restart: true } : {}),
  };
}

/** compose has no "ended, with any code"; the nearest is that it ended well. */
function isAnyEnd({ condition }: Dependency): boolean {
  return condition === "completed";
}

function healthcheckOf({ process, ready }: ExportedRun): Record<string, unknown> | null {
  const lines = ready.map(probeLine).filter((line) => line !== null);
  const [first] = ready.filter((probe) => probe.kind !== "after");
  if (lines.length === 0 || first === undefined) return null;
  return {
    test: ["CMD-SHELL", literal(lines.join(" && "))],
    start_period: formatDuration(process.readyWithinMs),
    start_interval: formatDuration(first.intervalMs),
    timeout: formatDuration(first.timeoutMs),
  };
}

function restartOf({ restart }: ProcessSpec): string {
  return restart.policy === "on-failure" ? `on-failure:${restart.max}` : restart.policy;
}

/** The working directory in the container; null when it is not in the project's. */
function placeOf({ cwd }: ProcessSpec, { directory }: ProjectSpec): string | null {
  const path = relative(directory, cwd);
  if (path.startsWith("..")) return null;
  return path === "" ? APP : `${APP}/${path}`;
}

/** compose would expand it. */
function literal(text: string): string {
  return text.replaceAll("$", "$$$$");
}
