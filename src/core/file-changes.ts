/** Changes of the files that an instance watches: noted until they have settled, and judged by whether it seems to make
 *  them itself. */

import { definitionOf } from "../model/definition-of.ts";
import { formatDuration } from "../model/duration.ts";
import type { InstanceInputOf } from "../model/inputs.ts";
import { limits } from "../model/limits.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, Lease, Project, StateKind, World } from "../model/state.ts";
import type { Instant } from "../model/time.ts";
import type { FileChange, WatchAction, WatchRow, WatchStreak } from "../model/watch.ts";
import type { Turn } from "./turn.ts";

/** Whether its files are watched: while it is meant to be up, also when it has ended by itself. */
export function isWatched(
  { desired, state, extra }: Instance,
  spec: ProcessSpec,
  project: Pick<Project, "unwatched">,
  lease: Pick<Lease, "unwatched"> | undefined,
): boolean {
  // What was begun beside another run is for its time only.
  if (spec.watch === undefined || desired !== "up" || extra === true) return false;
  if (project.unwatched === true || lease?.unwatched === true) return false;
  return !UNWATCHED.has(state.kind);
}

/** Also what waits for its time, and what is stopped because its definition is another one now: these see the files when
 *  they are started. */
const UNWATCHED: ReadonlySet<StateKind> = new Set([
  "scheduled",
  "skipped",
  "suspended",
  "stopped",
  "killed",
]);

export function isWatchedIn(world: World, instance: Instance): boolean {
  const { project: name, process, lease } = instance;
  const project = world.projects.get(name);
  const spec = definitionOf(project, process);
  if (project === undefined || spec === undefined) return false;
  return isWatched(instance, spec, project, lease === null ? undefined : world.leases.get(lease));
}

/** What comes of it follows when the changes have settled. */
export function noteChange(
  { turn, instance }: { readonly turn: Turn; readonly instance: Instance },
  { files, count }: InstanceInputOf<"files-changed">,
): void {
  const { change: before } = instance;
  const { monoMs } = turn.now;
  const known = new Set(before?.files);
  const named = new Set([...known, ...files]);
  // Of those that are not named some may be counted twice.
  const again = files.filter((it) => known.has(it)).length;
  turn.putInstance({
    ...instance,
    change: {
      firstMonoMs: before?.firstMonoMs ?? monoMs,
      lastMonoMs: monoMs,
      files: [...named].toSorted().slice(0, limits.changedFilesNamed),
      count: (before?.count ?? 0) + count - again,
    },
  });
}

/** What is started from now on has seen them. */
export function withoutChange(instance: Instance): Instance {
  const { change, ...others } = instance;
  return change === undefined ? instance : others;
}

/** When the changes have settled; null where nothing can come of them, or not yet. */
export function changeDueMonoMs(
  { change, state }: Pick<Instance, "change" | "state">,
  { watch }: Pick<ProcessSpec, "watch">,
): number | null {
  if (change === undefined || watch === undefined || !canAct(state.kind, watch.action)) return null;
  const { debounceMs } = watch;
  const atLatestMonoMs = change.firstMonoMs + debounceMs * limits.debouncesAtMost;
  return Math.min(change.lastMonoMs + debounceMs, atLatestMonoMs);
}

/** A program that has just been started may not know what to do with a signal yet, and would end of it. */
function canAct(kind: StateKind, { kind: action }: WatchAction): boolean {
  return kind === "starting" ? action !== "signal" : ACTED_ON.has(kind);
}

const ACTED_ON: ReadonlySet<StateKind> = new Set(["running", "backoff", "completed", "failed"]);

/** By how much two times may differ to be taken for the same: so long, or such a share of the one before. */
interface Likeness {
  readonly withinMs: number;
  readonly share: number;
}

const OF_SAME_FILE: Likeness = { withinMs: 500, share: 0.25 };

/** Programs also write another file each time, named by a date, a hash or their pid. Then nothing but the time tells, and
 *  people who edit are not that regular. */
const OF_ANY_FILE: Likeness = { withinMs: 100, share: 0.1 };

/** Whether files change as long after each start is what tells a program from somebody who edits them. Any instance may
 *  write them: `startsMonoMs` are the last starts of all. */
export function streakAfter(
  before: WatchStreak | undefined,
  change: FileChange,
  startsMonoMs: readonly number[],
  { monoMs, wallMs }: Instant,
): WatchStreak {
  const [newest = ""] = change.files;
  const acted = { actedMonoMs: monoMs, actedAtMs: wallMs };
  const begun = { ...acted, file: newest, afterMs: 0, times: 0 };
  if (before === undefined) return begun;
  // What comes before a run, as its hook does, is seen from what led to it.
  const starts = startsMonoMs.filter((it) => it <= change.firstMonoMs);
  const afterMs = Math.max(0, change.firstMonoMs - Math.max(before.actedMonoMs, ...starts));
  if (afterMs > limits.ownChangeWithinMs) return begun;
  const sameFile = change.files.includes(before.file) ? before : undefined;
  const row = rowAfter(sameFile, afterMs, OF_SAME_FILE);
  const steady = rowAfter(before.steady, afterMs, OF_ANY_FILE);
  return { ...acted, ...row, file: row.times > 1 ? before.file : newest, steady };
}

function rowAfter(
  before: WatchRow | undefined,
  afterMs: number,
  { withinMs, share }: Likeness,
): WatchRow {
  const isAlike =
    before !== undefined &&
    before.times > 0 &&
    Math.abs(afterMs - before.afterMs) <= Math.max(withinMs, before.afterMs * share);
  return isAlike ? { afterMs: before.afterMs, times: before.times + 1 } : { afterMs, times: 1 };
}

/** Null while it may go on. */
export function suspensionReason({ file, afterMs, times, steady }: WatchStreak): string | null {
  if (times >= limits.ownChangesInARow) {
    return `it seems to change what it watches itself: ${file} changed ${times} times in a row, each ${afterText(afterMs)}`;
  }
  if (steady !== undefined && steady.times >= limits.steadyChangesInARow) {
    return `it seems to change what it watches itself: files changed ${steady.times} times in a row, each ${afterText(steady.afterMs)}, last ${file}`;
  }
  return null;
}

function afterText(afterMs: number): string {
  const after = formatDuration(Math.max(1, Math.round(afterMs / 100) * 100));
  return `about ${after} after it was started`;
}
