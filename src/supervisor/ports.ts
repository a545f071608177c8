/** The world as the supervisor needs it: every type here is something not deterministic. `platform/`, `logs/`
 *  and `store/` implement them for real, the simulation with a seed. */

import type { NewLimits } from "../model/confinement.ts";
import type { Delivery, ReceiverKind } from "../model/alerts.ts";
import type { Instant } from "../model/time.ts";
import type { InstanceId, ProcessName, ProjectName, RunId } from "../model/ids.ts";
import type { HealthReport, ProcessIdentity, SpawnError } from "../model/inputs.ts";
import type { JournalEvent } from "../model/events.ts";
import type { HealthProbe, LogCheck, Looked, ProbeHistory, ReadyProbe } from "../model/probe.ts";
import type { Launch, LogSpec } from "../model/spec.ts";
import type { Changes, Exit, World } from "../model/state.ts";
import type { MeasuredRun, MeasureHow } from "../model/measured-run.ts";
import type { Pulse } from "../model/pulse.ts";
import type { Use } from "../model/use.ts";
import type { WatchListener, WatchReport, WatchRequest } from "../model/watch.ts";

export interface Clock {
  now(): Instant;
  /** Calls `wake` once, at or shortly after `monoMs`; returns the cancel. */
  wakeAt(monoMs: number, wake: () => void): () => void;
  /** Calls `wake` once, after whatever else is ready to run has had its turn. */
  soon(wake: () => void): void;
}

export interface Chance {
  /** At least 0, less than 1. */
  next(): number;
}

/** How a process ended, as far as whoever watched could see. */
export type ObservedExit = Omit<Exit, "atMs">;

export type SpawnOutcome =
  | {
      readonly ok: true;
      /** To be asked in the same turn of the loop, once; and soon, because a crash before it may lose the process. */
      readonly identify: () => ProcessIdentity;
    }
  | { readonly ok: false; readonly error: SpawnError };

export interface SpawnRequest {
  readonly runId: RunId;
  readonly launch: Launch;
  readonly output: OutputEnds;
  /** Given our end of its channel, before `spawn` returns, if it has one. */
  readonly onChannel: (fd: number) => void;
  /** Called once, never before `spawn` has returned. */
  readonly onExit: (exit: ObservedExit) => void;
}

export interface Swept {
  /** Something did not go by itself and had to be killed. */
  readonly killed: boolean;
}

export interface SweepRequest {
  readonly runId: RunId;
  /** The leader: its pid is the group's and the session's number too. It is gone already. */
  readonly leader: ProcessIdentity;
  /** First sent to what is left of the tree; SIGKILL follows. */
  readonly signal: string;
  readonly graceUntilMonoMs: number;
  /** Called whenever the list of those that outlived SIGKILL changes. */
  readonly onSurvivors: (pids: readonly number[]) => void;
}

export interface Processes {
  /** Why nothing should be started now; null when it may. */
  shortage(): SpawnError | null;
  /** Starts a process as the leader of its own session and group. Never throws. */
  spawn(request: SpawnRequest): SpawnOutcome;
  /** False for zombies and for another process under the same pid. */
  isAlive(identity: ProcessIdentity): boolean;
  /** Leads, or led, the tree of a run: found by the run id in its environment, or by what was noted at its start. */
  findLeader(runId: RunId): ProcessIdentity | null;
  /** Holds a run to its limits; null when it does, else why it cannot, as a sentence. Never throws. */
  confine(runId: RunId, leader: ProcessIdentity, limits: NewLimits): string | null;
  /** The kernel has killed something of the run for want of memory, if that is known. To be asked before a sweep. */
  ranOutOfMemory(runId: RunId): boolean;
  /** A process that no run owns, of the user that `launch` names, and that the definition means: by the pid in its pid
   *  file, else by its port, else by command line and directory. Null when there is none. */
  findStranger(launch: Launch, pidFile: string | null): ProcessIdentity | null;
  /** Watches a process that may not be a child of ours: `onExit` is called once, at once when it is gone. */
  watch(identity: ProcessIdentity, onExit: (exit: ObservedExit) => void): () => void;
  /** To the group that `leader` leads, then SIGCONT. Nothing happens when `leader` is gone. */
  signalGroup(leader: ProcessIdentity, signal: string): void;
  /** Resolves when no process of the tree is left. */
  sweep(request: SweepRequest): Promise<Swept>;
}

/** What runs say to procman, for those who probe them. */
export interface Hearing {
  /** Resolves with true as soon as the run has said that it is ready, with false at the end. */
  untilReady(runId: RunId, end: AbortSignal): Promise<boolean>;
  /** Whether it is there, and how it is. */
  pulse(runId: RunId, end: AbortSignal): Promise<Pulse>;
  /** Calls `changed` whenever it says another health; gives the cancel. */
  onHealth(runId: RunId, changed: () => void): () => void;
}

/** Messages between runs and procman. */
export interface Channels extends Hearing {
  /** To be heard from now on. `isNew` false: it was there before this daemon, with a channel to the one before. */
  begin(run: {
    readonly instance: InstanceId;
    readonly runId: RunId;
    readonly isNew: boolean;
  }): void;
  /** Our end of the channel that the run was born with; it is owned from here on. */
  connect(runId: RunId, fd: number): void;
  /** Says over the channel when it will be killed. False when nobody takes it. */
  askToStop(runId: RunId, killedAtMs: number): boolean;
  /** The run is over: resolves when what it had said was taken in, which has a bound; then it is forgotten. */
  end(runId: RunId): Promise<void>;
}

/** TCP ports of this machine. */
export interface PortKeeper {
  /** Keeps it for `owner`, so that nobody else gets it; false when it is taken, or kept for another. */
  hold(port: number, owner: string): boolean;
  release(port: number): void;
  /** Lets go of it for who is about to listen there. False when another does; true where that cannot be known. */
  handOver(port: number): boolean;
  /** All that are kept. */
  held(): readonly number[];
  /** Who listens there: a process of procman by its name, another by its command. Null when it cannot be seen. */
  holderOf(port: number): PortHolder | null;
}

export interface PortHolder {
  readonly pid: number;
  readonly name: string;
}

/** Files that hold the pid of a run while it lasts. */
export interface PidFiles {
  /** At once or not at all. Throws when it cannot be written. */
  write(path: string, pid: number): void;
  /** Leaves the file of another process alone. */
  remove(path: string, pid: number): void;
}

/** The descriptors that a child gets as its standard output and error. */
export interface OutputEnds {
  readonly stdoutFd: number;
  readonly stderrFd: number;
  /** Closes the daemon's copies, once the child has its own. */
  close(): void;
}

export interface OutputRun {
  readonly instance: InstanceId;
  readonly project: ProjectName;
  readonly process: ProcessName;
  readonly index: number;
  readonly runId: RunId;
  readonly log: LogSpec;
}

export interface Output {
  /** Makes the pipes of a new run. Throws an `Error` with a `code` (ENOSPC, EMFILE …) when it cannot. */
  open(run: OutputRun): OutputEnds;
  /** Takes up the pipes of a run that outlived an earlier daemon. Missing pipes are made anew, silently. */
  resume(run: OutputRun): void;
  /** The run's output is kept by the rules in `run.log` from now on. Nothing happens when it is not open. */
  adjust(run: OutputRun): void;
  /** The run's processes are gone: resolves when all that they wrote is in the files; then forgets the run. */
  drain(runId: RunId): Promise<void>;
  /** Output lost since the daemon started, because the disk was full. Bytes. */
  droppedBytes(instance: InstanceId): number;
  /** Looks through what a run writes. `fromStart` false: only what it writes from now on. */
  search(
    run: Pick<OutputRun, "project" | "process" | "index" | "runId">,
    check: LogCheck,
    fromStart: boolean,
  ): OutputSearch;
}

/** Keeps the pipes of runs, with what is in them, while no daemon is there. */
export interface PipeHolder {
  /** `ends` are open descriptors of the pipes; without them the pipes are opened. Never throws. */
  hold(runId: RunId, pipes: readonly string[], ends?: readonly number[]): void;
  /** Nothing is in them any more. */
  letGo(runId: RunId): void;
}

/** Goes once through what is searched, look by look. */
export interface OutputSearch {
  /** A look takes in a bounded part. */
  look(): Promise<Looked>;
  close(): void;
}

/** The run that is probed. */
export interface ProbedRun {
  readonly instance: InstanceId;
  readonly runId: RunId;
  readonly leader: ProcessIdentity;
  /** What commands are run with. */
  readonly launch: Launch;
  /** Another run of the instance is there, and may answer where this one is asked. Absent: none is. */
  readonly isBeside?: true;
}

export interface Probing {
  /** Ends what is under way; nothing is told any more. */
  stop(): void;
  /** What the probes that have not passed said last, as clauses; null when none has said anything. */
  account(): string | null;
}

/** One of the two is called, once. */
export interface ReadyVerdict {
  /** All have passed. */
  readonly ready: () => void;
  /** One has failed too often in a row. */
  readonly never: (answer: string) => void;
}

export interface Prober {
  /** Tries each probe until it has passed. */
  untilReady(run: ProbedRun, probes: readonly ReadyProbe[], verdict: ReadyVerdict): Probing;
  /** Tries the probes for ever. `anew` false: output that was written before is not looked at. */
  watchHealth(
    run: ProbedRun & { readonly anew: boolean },
    probes: readonly HealthProbe[],
    onReport: (report: HealthReport) => void,
  ): Probing;
  /** Of each probe of a run that is being probed; empty when it is not. */
  historyOf(runId: RunId): readonly ProbeHistory[];
}

/** Of those who asked for it. */
export interface Watch {
  report(): WatchReport;
  stop(): void;
}

/** Watches files. */
export interface Watcher {
  watch(request: WatchRequest, listener: WatchListener): Watch;
}

/** Measures what runs use. */
export interface Gauge {
  /** Runs of which nothing is left are not in the answer. Never rejects. */
  measure(runs: readonly MeasuredRun[], how: MeasureHow): Promise<ReadonlyMap<RunId, Use>>;
  /** The last that was measured; null when nothing was. */
  last(runId: RunId): Use | null;
  /** Nothing is remembered of other runs any more. */
  keep(runIds: ReadonlySet<RunId>): void;
}

/** Tells those who want to know of alerts. */
export interface Notifier {
  /** Returns at once. `onUndelivered` is called for each receiver that could not be told, and will not be. */
  deliver(
    delivery: Delivery,
    onUndelivered: (receiver: ReceiverKind, reason: string) => void,
  ): void;
}

/** A command that procman runs for itself. */
export interface CommandRequest {
  readonly launch: Launch;
  readonly stdin: string;
  /** Then it is killed, with all that it started. */
  readonly end: AbortSignal;
  /** True: a next daemon, which has not heard its end, runs it again, and ends what is left of it first. */
  readonly isRunAgain?: boolean;
}

/** `reason` ends a sentence about the command: what it was, with the last that it wrote, which `says` has alone, behind a
 *  colon; absent or empty where it wrote nothing. */
export type CommandOutcome =
  { readonly ok: true } | { readonly ok: false; readonly reason: string; readonly says?: string };

/** Runs a command in a group of its own. Never rejects; resolves when nothing of the group is left. */
export type RunCommand = (request: CommandRequest) => Promise<CommandOutcome>;

export interface Store {
  /** The world as it was last committed, and the number of the last event. */
  load(): { readonly world: World; readonly lastSeq: number; readonly bootId: string | null };
  /** Durable against the death of the daemon when it returns. */
  commit(changes: Changes, events: readonly JournalEvent[]): void;
  /** A commit failed of something that can pass: a full disk, a busy file. Anything else is a fault of what it held. */
  isShortage(error: unknown): boolean;
  /** Kept events after `seq`, oldest first, at most `limit`. */
  eventsAfter(seq: number, limit: number): readonly JournalEvent[];
  /** The number of the oldest event kept; 0 when none is. */
  firstSeq(): number;
}

/** Told of every event after its commit, in order. One that throws is named, counted, and hurts nobody else. */
export interface Observer {
  readonly name: string;
  observe(event: JournalEvent): void;
}
