/** Model to wire: the status object of the contract. */

import type { CommandSpec } from "../model/command.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, InstanceState, Project, Run, RunHealth } from "../model/state.ts";
import { instanceName, type RunId } from "../model/ids.ts";
import { portsOf } from "../model/port.ts";
import { lastedMs } from "../model/time.ts";
import type { Use } from "../model/use.ts";

export const PUBLIC_STATES = [
  "pending",
  "starting",
  "running",
  "stopping",
  "stopped",
  "killed",
  "completed",
  "failed",
  "skipped",
  "backoff",
  "scheduled",
  "suspended",
] as const;
export type PublicState = (typeof PUBLIC_STATES)[number];

export const HEALTHS = ["none", "starting", "healthy", "warning", "critical", "unhealthy"] as const;
export type Health = (typeof HEALTHS)[number];

/** Times are ISO 8601 in UTC; null where a value is not known. */
export interface Status {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly process: string;
  readonly instance: number;
  readonly runId: string | null;
  readonly state: PublicState;
  readonly health: Health;
  readonly ready: boolean;
  /** One sentence whenever not fine. */
  readonly reason: string | null;
  readonly pid: number | null;
  /** As written, uninterpolated. */
  readonly command: string;
  readonly cwd: string;
  readonly ports: readonly number[];
  readonly groups: readonly string[];
  readonly startedAt: string | null;
  readonly readyAt: string | null;
  readonly stoppedAt: string | null;
  readonly uptimeMs: number | null;
  readonly restarts: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly oomKilled: boolean;
  readonly nextRunAt: string | null;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly fds: number | null;
  readonly threads: number | null;
  readonly io: { readonly readBytes: number | null; readonly writeBytes: number | null };
  readonly net: {
    readonly connections: number | null;
    readonly rxBytes: number | null;
    readonly txBytes: number | null;
  };
  readonly logs: {
    readonly stdout: string;
    readonly stderr: string;
    readonly droppedBytes: number;
    /** False for a run that was taken over while it ran: its output goes where it went before. */
    readonly captured: boolean;
  };
  readonly adopted: boolean;
  readonly ipc: boolean;
  /** When it entered this state. */
  readonly since: string;
  /** What it does in place of others, or without them: `goes on without cache (failed)`. Null: it lacks nothing.
   *  Absent in answers of earlier versions. */
  readonly degraded?: string | null;
}

/** What the status needs beside the instance itself. */
export interface StatusContext {
  readonly nowMonoMs: number;
  /** When its schedule runs or restarts it next; null when it has none, or is not up. */
  readonly nextRunMs: number | null;
  readonly logs: Omit<Status["logs"], "captured">;
  /** A channel for messages is open. */
  readonly ipc: boolean;
  /** Why it is still pending, in words; null when it is not. */
  readonly waiting: string | null;
  /** What its ready probes said last; null when it is not probed for that. */
  readonly unready: string | null;
  /** What a run was last found to use. */
  readonly use: (runId: RunId) => Use | null;
  /** See `Status`. */
  readonly degraded: string | null;
}

export function statusOf(
  instance: Instance,
  spec: ProcessSpec,
  project: Project,
  context: StatusContext,
): Status {
  const { state, lastExit, lastRun } = instance;
  const run = liveRun(state);
  const ended = run === null ? lastExit : null;
  return {
    id: instance.id,
    project: instance.project,
    name: instanceName(instance.process, instance.index),
    process: instance.process,
    instance: instance.index,
    runId: run?.id ?? lastRun?.id ?? null,
    state: publicState(state),
    health: healthOf(state, spec),
    ready: state.kind === "running",
    reason: reasonOf(instance, context) ?? leftOverReason(instance, project),
    pid: run?.pid ?? null,
    command: commandText(spec.command),
    cwd: spec.cwd,
    ports: portsOf(spec, instance.index),
    groups: groupsOf(spec, project),
    startedAt: iso((run ?? lastRun)?.startedAtMs),
    readyAt: iso((run ?? lastRun)?.readyAtMs),
    stoppedAt: iso(ended?.atMs),
    uptimeMs: run === null ? null : lastedMs(run.startedMonoMs, context.nowMonoMs),
    restarts: instance.restarts,
    exitCode: ended?.code ?? null,
    signal: ended?.signal ?? null,
    oomKilled: ended?.oomKilled ?? false,
    nextRunAt: iso(state.kind === "backoff" ? state.untilMs : context.nextRunMs),
    ...measures(run === null ? null : context.use(run.id)),
    logs: { ...context.logs, captured: run?.stranger !== true },
    adopted: run?.adopted ?? false,
    ipc: context.ipc,
    since: new Date(instance.sinceMs).toISOString(),
    degraded: context.degraded,
  };
}

type Measures = Pick<Status, "cpuPercent" | "memoryBytes" | "fds" | "threads" | "io" | "net">;

/** What was not measured is not known. No kernel counts the bytes that a process sends. */
function measures(use: Use | null): Measures {
  return {
    cpuPercent: use?.cpuPercent ?? null,
    memoryBytes: use?.memoryBytes ?? null,
    fds: use?.fds ?? null,
    threads: use?.threads ?? null,
    io: { readBytes: use?.readBytes ?? null, writeBytes: use?.writeBytes ?? null },
    net: { connections: use?.connections ?? null, rxBytes: null, txBytes: null },
  };
}

export function publicState(state: InstanceState): PublicState {
  switch (state.kind) {
    case "spawning":
      return "starting";
    case "leaving":
    case "cleaning":
    case "exited":
      return "stopping";
    default:
      return state.kind;
  }
}

/** The command as it is written, for people. */
export function commandText(command: CommandSpec): string {
  return command.kind === "line" ? command.line : command.argv.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  return /^[\w@%+=:,./${}-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function groupsOf(spec: ProcessSpec, project: Project): string[] {
  const containing = Object.entries(project.spec.groups)
    .filter(([, { members }]) => members.includes(spec.name))
    .map(([name]) => name);
  return [...new Set([...spec.groups, ...containing])];
}

function liveRun(state: InstanceState): Run | null {
  return "run" in state && "pid" in state.run ? state.run : null;
}

function healthOf(state: InstanceState, { health = [] }: ProcessSpec): Health {
  if (state.kind === "running") return state.health?.level ?? "none";
  const isBeginning = state.kind === "starting" || state.kind === "spawning";
  return isBeginning && health.length > 0 ? "starting" : "none";
}

function reasonOf({ state }: Instance, { waiting, unready }: StatusContext): string | null {
  switch (state.kind) {
    case "pending":
      return waiting;
    case "starting":
      return unready === null ? null : `is not ready yet: ${unready}`;
    case "running":
      return state.health === undefined ? null : healthReason(state.health);
    case "leaving":
      return "waits until what depends on it has stopped";
    case "stopping":
      return state.killAtMonoMs === null ? "did not stop in time, SIGKILL was sent" : null;
    case "cleaning":
      return state.survivors.length === 0
        ? null
        : `processes of its tree do not end: pid ${state.survivors.join(", ")}`;
    case "scheduled":
      return state.last === null || state.last.kind === "completed"
        ? null
        : `its last run ${state.last.kind === "failed" ? "failed" : "was skipped"}: ${state.last.reason}`;
    case "backoff":
    case "failed":
    case "skipped":
    case "suspended":
    case "stopped":
    case "killed":
      return state.reason;
    default:
      return null;
  }
}

function healthReason({ level, reason }: RunHealth): string | null {
  if (reason === null) return null;
  // One that is unhealthy and runs is one that is not to be restarted.
  const left = level === "unhealthy" ? '; left running, as its restart policy is "no"' : "";
  return `${level}: ${reason}${left}`;
}

/** Why it is there at all, when nothing else is to be said of it. */
function leftOverReason({ process }: Instance, { leftOver }: Project): string | null {
  return leftOver?.includes(process) === true ? "not in the configuration" : null;
}

function iso(atMs: number | null | undefined): string | null {
  return atMs === null || atMs === undefined ? null : new Date(atMs).toISOString();
}
