/** The names of things: projects, processes, instances and runs, and the rules they obey. */

/** A project's name, unique in one home. */
export type ProjectName = string;

/** The project of ad-hoc processes that belong to no other. */
export const AD_HOC_PROJECT: ProjectName = "adhoc";

/** A process's name, unique in its project. */
export type ProcessName = string;

/** `project/process.index`, index from 1: `shop/api.1`. Unique in one home. */
export type InstanceId = `${string}/${string}.${number}`;

/** One OS incarnation of an instance. Unique over all homes and daemons. What a run starts by the library is a run
 *  within it: its id is that of the outer one and more, divided by a slash. */
export type RunId = string;

/** It is the run itself, or one within it. */
export function isWithinRun(runId: RunId, outer: RunId): boolean {
  return runId === outer || runId.startsWith(`${outer}/`);
}

/** The run that is within no other. */
export function outermostRun(runId: RunId): RunId {
  return runId.split("/", 1)[0] ?? runId;
}

/** The pattern of a process name; it also needs a letter, see `processNameProblem`. */
const PROCESS_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;

/** Names that the command line and the HTTP interface need for themselves. */
export const RESERVED_PROCESS_NAMES: readonly string[] = [
  "all",
  "status",
  "start",
  "stop",
  "start-all",
  "stop-all",
  "adhoc",
];

/** Why `name` cannot name a process, as the end of a sentence; null when it can. */
export function processNameProblem(name: string): string | null {
  if (RESERVED_PROCESS_NAMES.includes(name)) return "it is reserved";
  if (!PROCESS_NAME.test(name)) {
    return "a name is 1 to 63 letters, digits, '-' and '_', and starts with a letter or a digit";
  }
  if (!/[A-Za-z]/.test(name)) return "a name needs at least one letter";
  return null;
}

/** The nearest legal name: `dev:web` becomes `dev-web`. Empty when nothing is left of it. */
export function slug(name: string): string {
  return name
    .replace(/[^A-Za-z0-9_-]+/g, "-")
    .replace(/^[-_]+|-+$/g, "")
    .slice(0, 63);
}

export function instanceId(project: ProjectName, process: ProcessName, index: number): InstanceId {
  return `${project}/${process}.${index}`;
}

/** A suffix has to fit behind it. */
const NAME_AFTER_PROGRAM = 56;

/** What a process is called that was given no name: `./bin/Serve.sh` is `Serve-sh`. */
export function processNameAfter(program: string): ProcessName {
  const name = slug(program.replace(/^.*\/(?=[^/])/, "")).slice(0, NAME_AFTER_PROGRAM);
  if (processNameProblem(name) === null) return name;
  return name === "" ? "command" : `${name}-command`;
}

/** The parts of an instance id. */
export function parseInstanceId(id: InstanceId): {
  project: ProjectName;
  process: ProcessName;
  index: number;
} {
  const slash = id.indexOf("/");
  const dot = id.lastIndexOf(".");
  return {
    project: id.slice(0, slash),
    process: id.slice(slash + 1, dot),
    index: Number(id.slice(dot + 1)),
  };
}

/** `api.1`: how JSON names an instance inside its project. */
export function instanceName(process: ProcessName, index: number): string {
  return `${process}.${index}`;
}
