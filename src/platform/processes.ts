/** Processes, for real. */

import { tmpdir } from "node:os";
import type { NewLimits } from "../model/confinement.ts";
import type { Launch } from "../model/spec.ts";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity, SpawnError } from "../model/inputs.ts";
import type { Clock, ObservedExit, PortKeeper, Processes } from "../supervisor/ports.ts";
import { openCgroups, type Cgroups } from "./cgroups.ts";
import { findStranger } from "./find-stranger.ts";
import { isAlive } from "./identity.ts";
import { Inputs } from "./inputs.ts";
import { libc, type Libc } from "./libc.ts";
import { leftoverOf } from "./leftover.ts";
import { mayBelong, ProcessForest } from "./process-tree.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";
import { limitProcesses } from "./process-limits.ts";
import { signalGroup } from "./signals.ts";
import { shortage, spawn } from "./spawn.ts";
import { reapOrphans } from "./orphan-reaper.ts";
import type { SpawnJournal } from "./spawn-journal.ts";
import { Sweeper } from "./sweep.ts";
import { Watcher } from "./watch.ts";

export interface RealProcesses extends Processes {
  readonly inputs: Inputs;
  /** Children of this process: those of the program before, when it was replaced in place. */
  inherited(): readonly ProcessIdentity[];
  /** Reaps those that nobody watches, once they have ended: relays of terminals, commands that probed. */
  reap(children: readonly ProcessIdentity[]): void;
  /** Watches nothing any more. */
  close(): void;
}

/** What there may be or not; tests take it away. */
export interface Means {
  readonly cgroups: Cgroups | null;
  readonly libc: Libc | null;
  readonly journal: SpawnJournal | null;
  readonly ports: PortKeeper | null;
  /** The directory for the pipes that runs read; it is made when one is needed. */
  readonly inputDirectory: string;
}

export function createProcesses(clock: Clock, means: Partial<Means> = {}): RealProcesses {
  const { cgroups = openCgroups(), libc: c = libc(), journal = null, ports = null } = means;
  const { inputDirectory = tmpdir() } = means;
  const watcher = new Watcher(c);
  const inputs = new Inputs(inputDirectory, c, watcher);
  const sweeper = new Sweeper(clock, cgroups);
  /** Children of this daemon that live. Where environments are hidden nothing else tells that they are of a run. */
  const children = new Map<number, ProcessIdentity>();
  const isTaken = (identity: ProcessIdentity): boolean =>
    children.get(identity.pid)?.startTicks === identity.startTicks || watcher.isWatching(identity);
  reapOrphans(isTaken);
  return {
    inputs,
    spawn(request) {
      const { runId, launch, output, onExit } = request;
      const taken = ports === null ? null : takenPortOf(launch, ports);
      if (taken !== null && ports !== null) return { ok: false, error: portTaken(taken, ports) };
      const input = inputs.open(runId, launch, output.stdoutFd);
      if ("code" in input) return { ok: false, error: input };
      let identity: ProcessIdentity | null = null;
      const exited = (exit: ObservedExit): void => {
        if (identity !== null) children.delete(identity.pid);
        onExit(exit);
      };
      const outcome = spawn({ ...request, onExit: exited }, input, cgroups);
      input.close();
      if (!outcome.ok) {
        void inputs.end(runId);
        return outcome;
      }
      return {
        ok: true,
        identify() {
          identity = outcome.identify();
          children.set(identity.pid, identity);
          journal?.note(runId, identity);
          return identity;
        },
      };
    },
    shortage,
    isAlive,
    watch: (identity, onExit) => watcher.watch(identity, onExit),
    async sweep(request) {
      const swept = await sweeper.sweep(request);
      await inputs.end(request.runId);
      return swept;
    },
    signalGroup(leader, signal) {
      sweeper.remember(leader);
      signalGroup(leader, signal);
    },
    inherited: () => processTable.rows().filter(({ ppid }) => ppid === process.pid),
    reap: (inherited) => reap(inherited, watcher),
    confine: (runId, leader, limits) => confine(runId, leader, limits, { cgroups, libc: c }),
    ranOutOfMemory: (runId) => cgroups?.ranOutOfMemory(runId) ?? false,
    findStranger: (launch, pidFile) => findStranger(launch, pidFile, isTaken),
    findLeader: (runId) => leaderOf(runId) ?? journal?.find(runId) ?? null,
    close() {
      watcher.close();
      cgroups?.close();
      journal?.close();
    },
  };
}

function reap(children: readonly ProcessIdentity[], watcher: Watcher): void {
  for (const child of children) if (!watcher.isWatching(child)) watcher.watch(child, () => {});
}

/** Why it cannot be held to that; null when it is. */
function confine(
  runId: RunId,
  leader: ProcessIdentity,
  { confinement, before }: NewLimits,
  { cgroups, libc: c }: Pick<Means, "cgroups" | "libc">,
): string | null {
  try {
    cgroups?.hold(runId, confinement);
    const pidsNow = (): readonly number[] => membersNow(runId, leader, cgroups);
    limitProcesses(pidsNow, before, confinement, c);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** All of a run; one that was taken over is not in the group of its run. */
function membersNow(
  runId: RunId,
  leader: ProcessIdentity,
  cgroups: Cgroups | null,
): readonly number[] {
  const pids = cgroups?.pidsOf(runId) ?? [];
  if (pids.length > 0) return pids;
  return new ProcessForest().membersOf(runId, leader, [leader]).map(({ pid }) => pid);
}

/** Null when nobody else has the ports that it needs. The one that it shares others of its process may have. */
function takenPortOf({ port, reusedPort, env }: Launch, ports: PortKeeper): number | null {
  if (port !== null && !ports.handOver(port)) return port;
  if (reusedPort === undefined || ports.handOver(reusedPort)) return null;
  const siblings = `${env["PROCMAN_PROJECT"]}/${env["PROCMAN_PROCESS"]}`;
  return ports.holderOf(reusedPort)?.name === siblings ? null : reusedPort;
}

/** It may be let go of shortly, as by a server that is being stopped. */
export function portTaken(port: number, ports: PortKeeper): SpawnError {
  const holder = ports.holderOf(port);
  const who = holder === null ? "another process" : `${holder.name} (pid ${holder.pid})`;
  const message = `port ${port} is taken by ${who}; stop that, or set another 'port' or 'port.bump'`;
  const leftover = holder === null ? null : leftoverOf(holder.pid);
  return { code: "EADDRINUSE", message, transient: true, ...(leftover && { leftover }) };
}

/** Of those that carry the run's id, one that descends from none of the others; a leader of a session before others,
 *  the oldest before younger ones. */
function leaderOf(runId: RunId): ProcessIdentity | null {
  const alive = processTable.rows().filter(({ isZombie }) => !isZombie);
  const members = alive.filter(
    (row) => processTable.runIdOf(row) === runId && mayBelong(row, runId),
  );
  const pids = new Set(members.map(({ pid }) => pid));
  const [first] = members
    .filter(({ ppid }) => !pids.has(ppid))
    .toSorted((one, other) => rank(one) - rank(other) || age(one) - age(other));
  return first === undefined ? null : { pid: first.pid, startTicks: first.startTicks };
}

const rank = ({ pid, sid }: ProcessRow): number => (pid === sid ? 0 : 1);
const age = ({ startTicks }: ProcessRow): number => Number(startTicks);
