/** Units for systemd, a service for each instance and a target for all, for the system's manager or a user's. */

import { formatDuration } from "../../model/duration.ts";
import type { Dependency, ProcessSpec, ProjectSpec } from "../../model/spec.ts";
import { type Exporter, type ExportedRun, type ExportedRuns, runsOf } from "./exporter.ts";
import { probeLine, seconds, toolOf } from "./probe-command.ts";
import { commandLine, type Setting, unitText, word } from "./unit-text.ts";
import { unsaidOf } from "./unsaid.ts";

export const systemd: Exporter = (request) => {
  const { project, callerEnv } = request;
  const exported = runsOf(request);
  const { runs, notices } = exported;
  const path = callerEnv["PATH"];
  const units = runs.map((run) => ({
    name: unitOf(project, run.name),
    text: serviceOf(run, project, exported, path),
  }));
  const tools = new Set(
    runs.flatMap(({ ready }) => ready.map(toolOf)).filter((tool) => tool !== null),
  );
  const target = targetOf(project);
  return {
    files: [{ name: target, text: targetText(project, runs) }, ...units],
    notices: [
      ...notices,
      ...runs.flatMap(programNotices(path)),
      ...(tools.size === 0 ? [] : [`readiness is asked for with ${[...tools].join(" and ")}`]),
      ...(runs.some(({ process }) => process.user !== null)
        ? ["only the system's manager may run a service as another user"]
        : []),
      ...(path === undefined ? [] : ["the units have the PATH of this shell"]),
      ...unsaidOf(
        runs.map((run) => run.process),
        "a unit",
        [
          "dependsOn",
          "dependsOn.required",
          "ready",
          "restart.policy",
          "restart.max",
          "restart.window",
          "restart.successCodes",
          "stop.signal",
          "stop.timeout",
          "limits.memory",
          "limits.cpu",
          "limits.pids",
          "limits.openFiles",
          "limits.nice",
          "user",
          "group",
          "umask",
          "autostart",
          "env: null",
        ],
      ),
    ],
    next: `copy them to ~/.config/systemd/user, then systemctl --user daemon-reload && systemctl --user enable --now ${target}`,
  };
};

function targetText(project: ProjectSpec, runs: readonly ExportedRun[]): string {
  const wanted = runs.filter(({ process }) => process.autostart);
  return unitText([
    [
      "Unit",
      [
        ["Description", `All processes of ${project.name}`],
        ...wanted.map((run) => ["Wants", unitOf(project, run.name)] as const),
      ],
    ],
    ["Install", [["WantedBy", "default.target"]]],
  ]);
}

function serviceOf(
  run: ExportedRun,
  project: ProjectSpec,
  exported: ExportedRuns,
  path: string | undefined,
): string {
  const { process, env } = run;
  const { restart, stop } = process;
  const isJob = isWaitedFor(process.name, project);
  const environment = path === undefined ? env : { PATH: path, ...env };
  return unitText([
    [
      "Unit",
      [
        ["Description", oneLine(process.description ?? `${run.name} of ${project.name}`)],
        ["PartOf", targetOf(project)],
        ...dependencies(process.dependsOn, project, exported),
        ["StartLimitIntervalSec", formatDuration(restart.windowMs)],
        // systemd counts the first start too.
        ["StartLimitBurst", String(restart.max + 1)],
      ],
    ],
    [
      "Service",
      [
        ["Type", isJob ? "oneshot" : "exec"],
        ...(isJob ? [["RemainAfterExit", "yes"] as const] : []),
        ["WorkingDirectory", process.cwd.replaceAll("%", "%%")],
        ...Object.entries(environment).map(
          ([name, value]) => ["Environment", word(`${name}=${value}`)] as const,
        ),
        ...run.unset.map((name) => ["UnsetEnvironment", name] as const),
        ...account(run),
        ["ExecStart", commandLine(programOf(run, path), run.argv.slice(1))],
        ...(isJob ? [] : readiness(run)),
        ["Restart", isJob && restart.policy === "always" ? "on-failure" : restart.policy],
        ["RestartSec", formatDuration(restart.backoff.initialMs)],
        ...(restart.successCodes.length > 0
          ? [["SuccessExitStatus", restart.successCodes.join(" ")] as const]
          : []),
        ["KillSignal", stop.signal],
        ["TimeoutStopSec", formatDuration(stop.timeoutMs)],
        ...limitsOf(process),
      ],
    ],
  ]);
}

function limitsOf({ limits = {} }: ProcessSpec): Setting[] {
  const { memory, cpu, pids, openFiles, nice } = limits;
  const settings = [
    ["MemoryMax", memory],
    ["CPUQuota", cpu === undefined ? undefined : `${Math.round(cpu * 100)}%`],
    ["TasksMax", pids],
    ["LimitNOFILE", openFiles],
    ["Nice", nice],
  ] as const;
  return settings.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
}

/** Required ones have to be up, or to have succeeded, before this starts; that they end later changes nothing. */
function dependencies(
  dependsOn: readonly Dependency[],
  project: ProjectSpec,
  { namesOf }: ExportedRuns,
): Setting[] {
  return dependsOn.flatMap((dependency) => {
    const units = namesOf(dependency)
      .map((name) => unitOf(project, name))
      .join(" ");
    if (units === "") return [];
    const isNeeded = dependency.required && dependency.condition !== "completed";
    return [
      ["After", units],
      [isNeeded ? "Requires" : "Wants", units],
    ] as const;
  });
}

/** A service whose end others wait for is up when it has ended. */
function isWaitedFor(name: string, { processes }: ProjectSpec): boolean {
  return Object.values(processes).some(({ dependsOn }) =>
    dependsOn.some(
      ({ process, condition }) =>
        process === name && (condition === "succeeded" || condition === "completed"),
    ),
  );
}

/** The service is up when these have ended. */
function readiness({ process, ready }: ExportedRun): Setting[] {
  if (ready.length === 0) return [];
  const waits = ready.map((probe) => {
    if (probe.kind === "after") return `sleep ${seconds(probe.afterMs)}`;
    return `until ${probeLine(probe)}; do sleep ${seconds(probe.intervalMs)}; done`;
  });
  return [
    ...waits.map((line) => ["ExecStartPost", commandLine("/bin/sh", ["-c", line])] as const),
    ["TimeoutStartSec", formatDuration(process.readyWithinMs)],
  ];
}

function account({ process: { user, group, umask } }: ExportedRun): Setting[] {
  return [
    ...(user === null ? [] : [["User", user] as const]),
    ...(group === null ? [] : [["Group", group] as const]),
    ...(umask === null ? [] : [["UMask", umask.toString(8).padStart(4, "0")] as const]),
  ];
}

/** systemd looks a program up in directories of its own, so it is given the whole path where that is known. */
function programOf({ argv, process, env }: ExportedRun, path: string | undefined): string {
  const program = argv[0] ?? "";
  return Bun.which(program, { PATH: env["PATH"] ?? path ?? "", cwd: process.cwd }) ?? program;
}

function programNotices(path: string | undefined) {
  return (run: ExportedRun): string[] => {
    const program = programOf(run, path);
    return program.startsWith("/")
      ? []
      : [`the program of "${run.name}", ${program}, is not found here: give its whole path`];
  };
}

/** A description has one line. */
function oneLine(description: string): string {
  return description.replaceAll(/\s+/g, " ").replaceAll("%", "%%");
}

function targetOf({ name }: ProjectSpec): string {
  return `${name}.target`;
}

function unitOf(project: ProjectSpec, run: string): string {
  return `${project.name}-${run}.service`;
}
