/** Processes that no run of procman is known to own: who listens on a port, what looks like a server that somebody
 *  started by hand, and what is left of runs that are over. */

import { homedir } from "node:os";
import { basename, resolve } from "node:path";
import { outermostRun, type RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";
import { printable } from "../model/printable.ts";
import { runGroups } from "./cgroups.ts";
import { processIn } from "./pid-files.ts";
import { isDaemon, ProcessForest, withoutDaemons } from "./process-tree.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";
import { userName } from "./users.ts";

/** What can be told of a process from outside; null where it cannot be seen. */
export interface SeenProcess extends ProcessIdentity {
  readonly parentPid: number;
  readonly command: string;
  readonly user: string | null;
  /** It runs as the user who asks. */
  readonly isOwn: boolean;
  readonly cwd: string | null;
  /** TCP ports that it listens on. */
  readonly ports: readonly number[];
  readonly ageMs: number;
  /** The instance whose run it belongs to. */
  readonly id: string | null;
  /** What its environment says of the run that it was started in. */
  readonly runId: string | null;
  readonly project: string | null;
  readonly process: string | null;
  /** A daemon of procman, or the keeper of one. */
  readonly isDaemon: boolean;
}

/** The instance that owns a process; null when none does. */
export type OwnerOf = (pid: number) => string | null;

export interface OwnedRun {
  readonly id: RunId;
  readonly instance: string;
  /** Null until it is known. */
  readonly leader: ProcessIdentity | null;
}

/** Programs that servers and tools of development are run by. */
const RUNTIMES =
  /^(?:bun|node|deno|npm|npx|pnpm|yarn|vite|tsx|python[\d.]*|uvicorn|gunicorn|flask|ruby|puma|rails|php[\d.]*|java|go|cargo|dotnet|perl|elixir|beam\.smp|mix)$/;

/** One look at the process table for all of them. */
export function ownersOf(runs: readonly OwnedRun[]): OwnerOf {
  const forest = new ProcessForest();
  const owners = new Map<number, string>();
  for (const { id, instance, leader } of runs) {
    if (leader === null) continue;
    for (const { pid } of forest.membersOf(id, leader, [leader])) owners.set(pid, instance);
  }
  return (pid) => owners.get(pid) ?? null;
}

export function listeningOn(port: number, ownerOf: OwnerOf): SeenProcess[] {
  return seen(rowsOf(processTable.listenersOn(port)), ownerOf);
}

/** Null when it is gone, or only waits for its parent to notice that. */
export function sight(pid: number, ownerOf: OwnerOf): SeenProcess | null {
  return seen(rowsOf([pid]), ownerOf)[0] ?? null;
}

/** The processes that somebody's word for them means: `:3000` is a port, a number a pid or a port, a path a pid file,
 *  anything else a part of the command line of a process of this user, which `asker` and its parents are not. Those of
 *  this user before those of others. */
export function meantBy(word: string, directory: string, asker: number): SeenProcess[] {
  const found = seen(rowsMeantBy(word, resolve(directory, word), asker), () => null);
  const own = found.filter(({ isOwn }) => isOwn);
  return own.length > 0 ? own : found;
}

function rowsMeantBy(word: string, path: string, asker: number): ProcessRow[] {
  const number = /^(:?)(\d+)$/.exec(word);
  if (number !== null) {
    const servers = withoutChildren(rowsOf(processTable.listenersOn(Number(number[2]))));
    const named = number[1] === ":" ? [] : rowsOf([Number(number[2])]);
    return [...named, ...servers.filter(({ pid }) => !named.some((it) => it.pid === pid))];
  }
  const named = processIn(path);
  if (named !== null) return [named];
  const rows = processTable.rows().filter((row) => !row.isZombie && isMine(row));
  const own = new Set(lineOf(asker, rows));
  return withoutChildren(
    rows.filter((row) => !own.has(row.pid) && processTable.commandOf(row.pid).includes(word)),
  );
}

/** Of a process and its workers, which share its socket or its command line, the process. */
export function withoutChildren(rows: readonly ProcessRow[]): ProcessRow[] {
  const pids = new Set(rows.map(({ pid }) => pid));
  return rows.filter(({ ppid }) => !pids.has(ppid));
}

/** What a process was started as. */
export interface Origin {
  readonly argv: readonly string[];
  readonly program: string | null;
  readonly env: Readonly<Record<string, string>>;
}

export function originOf(pid: number): Origin {
  return {
    argv: processTable.argvOf(pid),
    program: processTable.programOf(pid),
    env: processTable.environmentOf(pid) ?? {},
  };
}

/** This user's, of no run of any home: what listens on a TCP port, and what a runtime runs below the user's home.
 *  Wrappers of others among them, as `npm run`, are left out. */
export function unmanaged(ownerOf: OwnerOf, asker: number): SeenProcess[] {
  const rows = processTable
    .rows()
    .filter(
      (row) =>
        !row.isZombie &&
        row.pid > 1 &&
        isMine(row) &&
        processTable.runIdOf(row) === null &&
        ownerOf(row.pid) === null,
    );
  const own = new Set(lineOf(asker, rows));
  const ports = processTable.portsByPid(rows.map(({ pid }) => pid));
  const candidates = rows.filter(
    (row) =>
      !own.has(row.pid) &&
      !isDaemon(row.pid) &&
      (ports.has(row.pid) || (isRuntime(row.pid) && isAtHome(row.pid))),
  );
  const parents = new Set(candidates.map(({ ppid }) => ppid));
  return seen(
    candidates.filter(({ pid }) => ports.has(pid) || !parents.has(pid)),
    ownerOf,
  );
}

export interface OrphanSearch {
  /** Absolute path of the daemon's home, and what its run ids begin with. */
  readonly home: string;
  readonly homeId: string;
  readonly present: ReadonlySet<RunId>;
  /** The command that asks, which is spared with all that it descends from: a shell may be left of a run. */
  readonly asker: number;
}

/** Processes of runs of this home that are over: by the run that they carry, or by its control group. */
export function orphans({ home, homeId, present, asker }: OrphanSearch): SeenProcess[] {
  const isPresent = (runId: RunId): boolean => present.has(outermostRun(runId));
  const isOver = (runId: RunId): boolean => runId.startsWith(`${homeId}-`) && !isPresent(runId);
  const rows = processTable.rows().filter(({ isZombie, pid }) => !isZombie && pid > 1);
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const grouped = runGroups()
    .filter(({ runId }) => isOver(runId))
    .flatMap(({ runId, pids }) => pids.map((pid) => [pid, runId] as const));
  const runs = new Map<number, RunId>(grouped);
  for (const row of rows) {
    const runId = processTable.runIdOf(row);
    if (runId === null) continue;
    // The identity of a home is drawn anew with its registry, its path is not.
    const data = processTable.variableOf(row.pid, "PROCMAN_DATA_DIR") ?? "";
    if (isOver(runId) || (!isPresent(runId) && data.startsWith(`${home}/data/`))) {
      runs.set(row.pid, runId);
    } else runs.delete(row.pid);
  }
  const byRun = Map.groupBy(runs, ([, runId]) => runId);
  const left = [...byRun].flatMap(([runId, members]) =>
    withoutDaemons(
      members.flatMap(([pid]) => byPid.get(pid) ?? []),
      runId,
    ),
  );
  const own = new Set(lineOf(asker, rows));
  return seen(
    left.filter(({ pid }) => !own.has(pid)),
    () => null,
  );
}

/** As it is told of. */
export function told(seenProcess: SeenProcess, endedBy: "SIGTERM" | "SIGKILL" | null = null) {
  const { pid, command, user, cwd, ports, ageMs, id, runId, project, process: name } = seenProcess;
  const since = new Date(Date.now() - ageMs).toISOString();
  const whose = { id, runId, project, process: name };
  return { pid, command, user, cwd, ports, since, ageMs, ...whose, endedBy };
}

function isMine({ pid }: ProcessRow): boolean {
  return processTable.userOf(pid) === process.getuid?.();
}

/** The process and those that it descends from, as far as they are among `rows`. */
function lineOf(pid: number, rows: readonly ProcessRow[]): number[] {
  const parents = new Map(rows.map((row) => [row.pid, row.ppid]));
  const line: number[] = [];
  for (let at = pid; at > 0; at = parents.get(at) ?? 0) line.push(at);
  return line;
}

function rowsOf(pids: readonly number[]): ProcessRow[] {
  return pids.flatMap((pid) => processTable.row(pid) ?? []).filter(({ isZombie }) => !isZombie);
}

function seen(rows: readonly ProcessRow[], ownerOf: OwnerOf): SeenProcess[] {
  const ports = processTable.portsByPid(rows.map(({ pid }) => pid));
  const names = new Map<number, string>();
  return rows.map((row) => {
    const { pid, ppid, startTicks } = row;
    const uid = processTable.userOf(pid);
    if (uid !== null && !names.has(uid)) names.set(uid, userName(uid));
    return {
      pid,
      startTicks,
      parentPid: ppid,
      command: processTable.commandOf(pid),
      user: uid === null ? null : (names.get(uid) ?? null),
      isOwn: uid === process.getuid?.(),
      cwd: processTable.directoryOf(pid),
      ports: ports.get(pid) ?? [],
      ageMs: Math.max(0, Math.round(processTable.ageMs(row))),
      id: ownerOf(pid),
      runId: processTable.runIdOf(row),
      project: shown(processTable.variableOf(pid, "PROCMAN_PROJECT")),
      process: shown(processTable.variableOf(pid, "PROCMAN_PROCESS")),
      isDaemon: isDaemon(pid),
    };
  });
}

/** Anybody may put anything into an environment. */
function shown(text: string | null): string | null {
  return text === null ? null : printable(text);
}

function isRuntime(pid: number): boolean {
  const names = [processTable.argvOf(pid)[0], processTable.programOf(pid)];
  return names.some((name) => name !== undefined && name !== null && RUNTIMES.test(basename(name)));
}

function isAtHome(pid: number): boolean {
  const directory = processTable.directoryOf(pid);
  const home = homeOfUser();
  return home !== null && (directory === home || directory?.startsWith(`${home}/`) === true);
}

/** Null for a user that is in no list, as often in a container. */
function homeOfUser(): string | null {
  try {
    return homedir();
  } catch {
    return null; // ENOENT: there is no such user, and HOME is not set.
  }
}
