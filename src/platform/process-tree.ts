/** Which processes belong to a run, found in one look at the process table that serves any number of runs. */

import { isWithinRun, outermostRun, type RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { ProcessRow } from "./process-row.ts";
import { processTable } from "./process-table.ts";

/** The command lines of procman's daemons, and of their keepers, which end with those. They are nobody's descendants: so
 *  it takes more than a word that others may have among theirs. */
const DAEMON = /(?:^|\/)\S+ --config=\/dev\/null --no-env-file .*\/daemon\/main\.[jt]s --home /;
/** Those of what holds pipes for them, see `linux/holder.ts`. */
const HOLDER = /^\/\S+ \/.*\/run\/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\.holder$/;
/** Those of what passes connections on for them, see `balancer/balancer.ts`. */
const BALANCER =
  /(?:^|\/)\S+ --config=\/dev\/null --no-env-file .*\/balancer\/main\.[jt]s \/.*\/proxy\.sock$/;

export function isDaemon(pid: number): boolean {
  const command = processTable.commandOf(pid);
  return DAEMON.test(command) || HOLDER.test(command) || BALANCER.test(command);
}

export function isBalancer(pid: number): boolean {
  return BALANCER.test(processTable.commandOf(pid));
}

export class ProcessForest {
  readonly #byPid: ReadonlyMap<number, ProcessRow>;
  readonly #byParent: ReadonlyMap<number, readonly ProcessRow[]>;
  readonly #byGroup: ReadonlyMap<number, readonly ProcessRow[]>;
  readonly #bySession: ReadonlyMap<number, readonly ProcessRow[]>;
  /** By the outermost run. */
  readonly #byRun: ReadonlyMap<RunId | null, readonly ProcessRow[]>;
  readonly #dead: readonly ProcessRow[];

  constructor(rows: readonly ProcessRow[] = processTable.rows()) {
    const alive = rows.filter(({ isZombie }) => !isZombie);
    this.#byPid = new Map(alive.map((row) => [row.pid, row]));
    this.#byParent = Map.groupBy(alive, ({ ppid }) => ppid);
    this.#byGroup = Map.groupBy(alive, ({ pgid }) => pgid);
    this.#bySession = Map.groupBy(alive, ({ sid }) => sid);
    this.#byRun = Map.groupBy(alive, (row) => {
      const runId = processTable.runIdOf(row);
      return runId === null ? null : outermostRun(runId);
    });
    this.#dead = rows.filter(({ isZombie }) => isZombie);
  }

  /** Those that carry the run's id in their environment, or that of a run within it, those in its leader's group or
   *  session, those that are known to be of it, and the descendants of all these; but none that carries the id of
   *  another run. */
  membersOf(
    runId: RunId,
    leader: ProcessIdentity,
    known: Iterable<ProcessIdentity> = [],
  ): ProcessRow[] {
    const queue = [
      ...(this.#byRun.get(outermostRun(runId)) ?? []),
      ...this.#followersOf(leader),
      ...[...known].flatMap((identity) => this.#find(identity) ?? []),
    ];
    const members = new Map<number, ProcessRow>();
    for (const row of queue) {
      if (members.has(row.pid) || !mayBelong(row, runId)) continue;
      members.set(row.pid, row);
      queue.push(...(this.#byParent.get(row.pid) ?? []));
    }
    return withoutDaemons([...members.values()], runId);
  }

  /** Zombies of the leader's group and session, itself not among them. */
  deadOf(leader: ProcessIdentity): ProcessRow[] {
    return this.#dead.filter(
      ({ pid, pgid, sid }) => pid !== leader.pid && (pgid === leader.pid || sid === leader.pid),
    );
  }

  /** True when nobody is in the leader's group but `pids` and zombies, one of either at least: so it is that group. */
  isWholeGroup(leader: ProcessIdentity, pids: ReadonlySet<number>): boolean {
    const group = this.#byGroup.get(leader.pid) ?? [];
    const isThere = group.length > 0 || this.#dead.some(({ pgid }) => pgid === leader.pid);
    return isThere && group.every(({ pid }) => pids.has(pid));
  }

  /** A pid is not given anew while it is the number of a group or session: when it was, both are empty. */
  #followersOf({ pid, startTicks }: ProcessIdentity): readonly ProcessRow[] {
    const holder = this.#byPid.get(pid);
    if (holder !== undefined && holder.startTicks !== startTicks) return [];
    return [...(this.#byGroup.get(pid) ?? []), ...(this.#bySession.get(pid) ?? [])];
  }

  #find({ pid, startTicks }: ProcessIdentity): ProcessRow | null {
    const row = this.#byPid.get(pid);
    return row?.startTicks === startTicks ? row : null;
  }
}

/** False for what no run may ever take with it: init, this daemon, and what belongs to another run. */
export function mayBelong(row: ProcessRow, runId: RunId): boolean {
  if (row.pid <= 1 || row.pid === process.pid) return false;
  const carried = processTable.runIdOf(row);
  return carried === null || isWithinRun(carried, runId);
}

/** A daemon that was started within a run goes its own way, and so does what descends from it. */
export function withoutDaemons(rows: readonly ProcessRow[], runId: RunId): ProcessRow[] {
  const daemons = rows.filter(({ pid }) => isDaemon(pid));
  const spared = new Set(daemons.map(({ pid }) => pid));
  for (let grown = spared.size > 0; grown;) {
    const children = rows.filter(({ pid, ppid }) => spared.has(ppid) && !spared.has(pid));
    const theirs = children.filter((row) => !isWithinRun(processTable.runIdOf(row) ?? "", runId));
    for (const { pid } of theirs) spared.add(pid);
    grown = theirs.length > 0;
  }
  return rows.filter(({ pid }) => !spared.has(pid));
}
