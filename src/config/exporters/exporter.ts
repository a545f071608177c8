/** What another tool is given of a project: its processes as they would be run, one entry for each instance. */

import { launchOf } from "../../core/launch.ts";
import { needsShell } from "../../core/command-line.ts";
import { impossible } from "../../model/errors.ts";
import type { ReadyProbe } from "../../model/probe.ts";
import type { Dependency, ProcessSpec, ProjectSpec } from "../../model/spec.ts";
import { own } from "../../model/own.ts";
import { portNotices, withWrittenPorts } from "./written-ports.ts";

export interface ExportRequest {
  readonly project: ProjectSpec;
  /** What `${VAR}` in commands and environments refers to. */
  readonly callerEnv: Readonly<Record<string, string>>;
}

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

export interface Exported {
  readonly files: readonly ExportedFile[];
  /** What the other format cannot say, as sentences. */
  readonly notices: readonly string[];
  /** What to do with the files. */
  readonly next: string;
}

export type Exporter = (request: ExportRequest) => Exported;

/** One instance of a process, nothing in it left to be expanded. */
export interface ExportedRun {
  /** That of the process, with the instance's number when there are several. */
  readonly name: string;
  readonly process: ProcessSpec;
  readonly argv: readonly string[];
  /** The same as a line for `sh -c`. */
  readonly line: string;
  /** What the configuration and procman give beside the caller's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Variables of the caller that are taken away. */
  readonly unset: readonly string[];
  /** Those that other formats have a word for. */
  readonly ready: readonly ReadyProbe[];
}

export interface ExportedRuns {
  readonly runs: readonly ExportedRun[];
  readonly notices: readonly string[];
  /** The names of the instances that a dependency is about. */
  readonly namesOf: (dependency: Dependency) => readonly string[];
}

/** Every instance that something could start. */
export function runsOf({ callerEnv, project: given }: ExportRequest): ExportedRuns {
  const project = withWrittenPorts(given);
  const request = { callerEnv, project };
  const all = Object.values(project.processes);
  const names = instanceNames(all);
  const runs = all
    .filter(({ disabled }) => !disabled)
    .flatMap((process) =>
      names.get(process.name)!.map((name, at) => runOf(request, process, name, at + 1)),
    );
  return {
    runs,
    notices: all.flatMap(generalNotices),
    namesOf: ({ process }) =>
      own(project.processes, process)?.disabled === true ? [] : (names.get(process) ?? []),
  };
}

/** Nothing else looks for lines of output; that it is left out is told. */
export function canBeSaid({ kind }: ReadyProbe): boolean {
  return kind !== "log";
}

/** Quoted for a POSIX shell, where that is needed. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function runOf(
  { project, callerEnv }: ExportRequest,
  process: ProcessSpec,
  name: string,
  index: number,
): ExportedRun {
  const launched = launchOf({
    project,
    process,
    instance: `${project.name}/${process.name}.${index}`,
    index,
    runId: "",
    callerEnv,
    home: "",
    childSocket: null,
  });
  // The loader has expanded the same templates in the same environment.
  if (!launched.ok) return impossible(launched.message);
  const { argv, env } = launched.launch;
  const given = [
    ...Object.keys(process.env).filter((key) => process.env[key] !== null),
    ...Object.keys(env).filter((key) => /^(?:PORT$|PROCMAN_PORT_)/.test(key)),
    ...(process.instances > 1 ? ["NODE_APP_INSTANCE"] : []),
  ];
  return {
    name,
    process,
    argv,
    line: lineOf(process, argv),
    env: Object.fromEntries(given.map((key) => [key, env[key] ?? ""])),
    unset: Object.keys(process.env).filter((key) => process.env[key] === null),
    ready: launched.ready.filter(canBeSaid),
  };
}

/** A line for `sh -c` stays as it is, anything else is quoted word by word. */
function lineOf({ command }: ProcessSpec, argv: readonly string[]): string {
  const isForSh =
    command.kind === "line" &&
    needsShell(command.line) &&
    /^(?:\/bin\/)?sh -c$/.test(command.shell.join(" "));
  return isForSh ? (argv.at(-1) ?? "") : argv.map(quoted).join(" ");
}

/** `api` for one, `api_1` and `api_2` for two; a name that another process has is passed over. */
function instanceNames(all: readonly ProcessSpec[]): ReadonlyMap<string, readonly string[]> {
  const taken = new Set(all.map(({ name }) => name));
  return new Map(
    all.map(({ name, instances }) => {
      if (instances === 1) return [name, [name]];
      const stem = taken.has(`${name}_1`) ? `${name}_instance` : name;
      return [name, Array.from({ length: instances }, (_, at) => `${stem}_${at + 1}`)];
    }),
  );
}

/** Given by procman alone. */
const OWN_VARIABLES = /\$\{(PROCMAN_(?:RUN_ID|DATA_DIR|SOCKET))\b/;

function generalNotices(process: ProcessSpec): string[] {
  const { name, disabled, command, env } = process;
  if (disabled) return [`"${name}" is disabled and therefore left out`];
  const variable = OWN_VARIABLES.exec(JSON.stringify([command, env]))?.[1];
  if (variable === undefined) return portNotices(process);
  const wrong = `"${name}" uses ${variable}, which only procman gives: it is wrong in what was written`;
  return [...portNotices(process), wrong];
}
