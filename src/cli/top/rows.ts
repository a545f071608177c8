/** Which rows the table has, and in which order; and which of them is selected. */

import type { Status } from "../../protocol/status.ts";
import type { SortKey } from "./sort-keys.ts";
import type { Choice, TopState } from "./state.ts";

export type Row =
  | {
      readonly kind: "process";
      readonly key: string;
      readonly name: string;
      readonly status: Status;
    }
  | {
      readonly kind: "project";
      readonly key: string;
      readonly name: string;
      readonly isFolded: boolean;
      readonly statuses: readonly Status[];
    };

export function rowsOf({ list, choice, isOfAll }: TopState): readonly Row[] {
  const counts = instanceCounts(list.statuses);
  const isGrouped = isOfAll && choice.isGrouped;
  const rows = list.statuses.map((status): Row & { kind: "process" } => {
    const name = nameOf(status, counts);
    const shown = isOfAll && !isGrouped ? `${status.project}/${name}` : name;
    return { kind: "process", key: status.id, name: shown, status };
  });
  const wanted = choice.filter.toLowerCase();
  const found = sorted(
    rows.filter((row) => nameFor(row, isOfAll).toLowerCase().includes(wanted)),
    choice.sort,
  );
  return isGrouped ? grouped(found, choice.folded) : found;
}

function nameFor({ name, status }: Row & { kind: "process" }, isOfAll: boolean): string {
  return isOfAll && !name.includes("/") ? `${status.project}/${name}` : name;
}

function instanceCounts(statuses: readonly Status[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { project, process } of statuses) {
    const key = `${project}/${process}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** `api` while there is only one instance of it. */
function nameOf(status: Status, counts: ReadonlyMap<string, number>): string {
  const isOnly = status.instance === 1 && counts.get(`${status.project}/${status.process}`) === 1;
  return isOnly ? status.process : status.name;
}

type ProcessRow = Row & { readonly kind: "process" };

/** By name it is the order that `ls` has; else the most comes first, and what is not known last. */
function sorted(rows: readonly ProcessRow[], sort: SortKey): readonly ProcessRow[] {
  if (sort === "name") return rows;
  return rows.toSorted((one, other) => valueOf(other.status, sort) - valueOf(one.status, sort));
}

function valueOf({ cpuPercent, memoryBytes, uptimeMs }: Status, sort: SortKey): number {
  const values = { name: 0, cpu: cpuPercent, memory: memoryBytes, uptime: uptimeMs };
  return values[sort] ?? -1;
}

/** Projects in the order of those of their processes that come first. */
function grouped(rows: readonly ProcessRow[], folded: ReadonlySet<string>): Row[] {
  const projects = Map.groupBy(rows, ({ status }) => status.project);
  return [...projects].flatMap(([name, members]): Row[] => {
    const isFolded = folded.has(name);
    const statuses = members.map(({ status }) => status);
    const head = { kind: "project", key: keyOf(name), name, isFolded, statuses } as const;
    return isFolded ? [head] : [head, ...members];
  });
}

/** No process has such an id. */
function keyOf(project: string): string {
  return `${project}/`;
}

export function selectedRow(state: TopState): Row | null {
  return rowsOf(state).find(({ key }) => key === state.choice.key) ?? null;
}

export function selectedStatus(state: TopState): Status | null {
  const row = selectedRow(state);
  return row?.kind === "process" ? row.status : null;
}

/** After anything has changed: of one that is gone, or not shown any more, whoever has come to its place. */
export function settled(state: TopState): TopState {
  const rows = rowsOf(state);
  const { choice } = state;
  const found = rows.findIndex(({ key, kind }) =>
    choice.key === null ? kind === "process" : key === choice.key,
  );
  const at = found >= 0 ? found : Math.max(0, Math.min(choice.at, rows.length - 1));
  const key = rows[at]?.key ?? null;
  if (key === choice.key && at === choice.at) return state;
  return { ...state, choice: { ...choice, key, at } };
}

/** The one so many rows further down. */
export function moved(state: TopState, by: number): TopState {
  const rows = rowsOf(state);
  const at = Math.max(0, Math.min(state.choice.at + by, rows.length - 1));
  const choice: Choice = { ...state.choice, at, key: rows[at]?.key ?? null };
  return { ...state, choice };
}
