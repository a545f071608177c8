/** Processes as the page lists them: which are shown, in which order, under which project, and what is to be said of
 *  what has changed. */

import type { PublicState, Status } from "../protocol/status.ts";

export interface Filter {
  /** Words that all have to be found. */
  readonly words: string;
  /** `all`, `attention`, `up`, `down`, or a state. */
  readonly state: string;
}

export type SortKey = "name" | "state" | "cpu" | "memory" | "restarts" | "uptime";

export interface Sorting {
  readonly by: SortKey;
  readonly descending: boolean;
}

export interface ProjectRows {
  readonly project: string;
  readonly rows: readonly Status[];
  /** Of all of the project, shown or not. */
  readonly running: number;
  readonly total: number;
}

const UP: ReadonlySet<PublicState> = new Set([
  "pending",
  "starting",
  "running",
  "stopping",
  "backoff",
  "scheduled",
  "suspended",
]);
const TROUBLED: ReadonlySet<PublicState> = new Set(["failed", "backoff", "suspended", "skipped"]);

/** It runs, or is meant to. */
export function isUp({ state }: Pick<Status, "state">): boolean {
  return UP.has(state);
}

export function needsAttention({ state, health }: Pick<Status, "state" | "health">): boolean {
  const isUnwell = health === "warning" || health === "critical" || health === "unhealthy";
  return TROUBLED.has(state) || isUnwell;
}

export function isShown(status: Status, { words, state }: Filter): boolean {
  return isOfState(status, state) && matches(status, words);
}

function isOfState(status: Status, state: string): boolean {
  if (state === "all") return true;
  if (state === "attention") return needsAttention(status);
  if (state === "up") return isUp(status);
  if (state === "down") return !isUp(status);
  return status.state === state;
}

function matches(status: Status, words: string): boolean {
  const { id, state, health, command, reason, groups, ports, pid } = status;
  const marks = groups.map((it) => `@${it}`);
  const text = [id, state, health, command, reason, ...marks, ...ports, pid]
    .join(" ")
    .toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Projects in the order of their names; those of which nothing is shown are left out. */
export function byProject(
  statuses: readonly Status[],
  filter: Filter,
  sorting: Sorting,
): ProjectRows[] {
  const projects = Map.groupBy(statuses, ({ project }) => project);
  return [...projects]
    .toSorted(([one], [other]) => compareText(one, other))
    .map(([project, all]) => {
      const rows = all.filter((it) => isShown(it, filter)).toSorted(comparison(sorting));
      const running = all.filter(({ state }) => state === "running").length;
      return { project, rows, running, total: all.length };
    })
    .filter(({ rows }) => rows.length > 0);
}

function comparison({ by, descending }: Sorting): (one: Status, other: Status) => number {
  const sign = descending ? -1 : 1;
  return (one, other) => sign * compare(one, other, by) || byName(one, other);
}

function compare(one: Status, other: Status, by: SortKey): number {
  if (by === "name") return byName(one, other);
  if (by === "state") return compareText(one.state, other.state);
  return amount(one, by) - amount(other, by);
}

/** What is not known is less than nothing. */
function amount(status: Status, by: "cpu" | "memory" | "restarts" | "uptime"): number {
  if (by === "cpu") return status.cpuPercent ?? -1;
  if (by === "memory") return status.memoryBytes ?? -1;
  return by === "restarts" ? status.restarts : (status.uptimeMs ?? -1);
}

function byName(one: Status, other: Status): number {
  return compareText(one.process, other.process) || one.instance - other.instance;
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Processes of which there are several instances, as `shop/api`: only those are told apart by a number. */
export function severalOf(statuses: readonly Status[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const several = new Set<string>();
  for (const { project, process } of statuses) {
    const name = `${project}/${process}`;
    (seen.has(name) ? several : seen).add(name);
  }
  return several;
}

/** How many changes are said one by one: whoever listens cannot listen to five hundred. */
const SAID_MOST = 3;

/** What whoever does not see the page is told: the changes of state and health since it was last told. */
export function changesText(before: readonly Status[], after: readonly Status[]): string {
  const known = new Map(before.map((it) => [it.id, it]));
  const said = after.flatMap((status) => {
    const earlier = known.get(status.id);
    if (earlier === undefined) return [];
    const isWorse = status.health !== earlier.health && needsAttention(status);
    const change = status.state !== earlier.state ? status.state : isWorse ? status.health : null;
    return change === null ? [] : [`${status.name} is ${change}`];
  });
  const more = said.length - SAID_MOST;
  return [...said.slice(0, SAID_MOST), ...(more > 0 ? [`and ${more} more changes`] : [])].join(
    ", ",
  );
}

/** Of the window, which tells it in the list of windows. */
export function titleText(statuses: readonly Status[]): string {
  const troubled = statuses.filter(needsAttention).length;
  if (troubled > 0) return `(${troubled}!) procman`;
  const running = statuses.filter(({ state }) => state === "running").length;
  return `${running}/${statuses.length} procman`;
}
