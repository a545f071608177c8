/** The table of processes: columns that keep their places while numbers change, and a line a process, however narrow. */

import { ago } from "../../model/ago.ts";
import { useText } from "../../model/use-text.ts";
import type { Status } from "../../protocol/status.ts";
import type { Paint } from "../output.ts";
import { cpuText, HEALTH_COLORS, memoryText, STATE_COLORS } from "../render/status-table.ts";
import { fit } from "../render/table.ts";
import { countsText } from "./counts.ts";
import { reasonText } from "./reason-text.ts";
import { rowsOf, type Row } from "./rows.ts";
import type { SortKey } from "./sort-keys.ts";
import { cutTo } from "./screen-line.ts";
import type { TopState } from "./state.ts";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly right: boolean;
  /** The lowest goes first where there is no room. */
  readonly rank: number;
  readonly sort: SortKey | null;
  readonly text: (status: Status) => string;
}

/** Before each row: whether it is selected. */
const LEAD = 2;
const NAME_COLUMNS = { least: 6, most: 32 } as const;
const STATE_COLUMNS = 9;
/** Less than that is no reason. */
const REASON_COLUMNS = 16;
/** Narrower terminals have one blank between columns. */
const WIDE = 70;

/** The titles, then so many rows. */
export function tableLines(state: TopState, count: number, paint: Paint): string[] {
  const rows = rowsOf(state);
  if (rows.length === 0) return [emptyText(state)];
  const { columns } = state.size;
  const shape = shapeOf(rows, columns);
  // The selected row is in the middle, where there are rows around it.
  const top = Math.min(state.choice.at - Math.floor(count / 2), rows.length - count);
  const first = Math.max(0, top);
  const seen = rows.slice(first, first + count);
  return [
    paint("bold", titles(shape, state.choice.sort, columns)),
    ...seen.map((row) => line(row, shape, state, paint)),
  ];
}

function emptyText({ choice, list, isOfAll }: TopState): string {
  if (list.statuses.length > 0) return `No name has '${choice.filter}' in it. Esc shows all.`;
  return isOfAll ? "Nothing runs." : "Nothing runs here. 'procman up' starts the project.";
}

interface Shape {
  readonly name: number;
  readonly gap: string;
  readonly measures: readonly Column[];
  /** What is left on the right. */
  readonly reason: number;
}

function shapeOf(rows: readonly Row[], columns: number): Shape {
  const statuses = rows.flatMap((row) => (row.kind === "process" ? [row.status] : row.statuses));
  const longest = Math.max(...rows.map(({ kind, name }) => (kind === "process" ? name.length : 0)));
  const gap = columns < WIDE ? 1 : 2;
  const most = Math.min(NAME_COLUMNS.most, Math.floor(columns / 3));
  const name = Math.max(NAME_COLUMNS.least, Math.min(most, longest));
  let measures = columnsOf(statuses);
  const taken = () =>
    LEAD + name + gap + STATE_COLUMNS + measures.reduce((sum, it) => sum + gap + it.width, 0);
  while (taken() > columns && measures.length > 0) {
    const least = Math.min(...measures.map(({ rank }) => rank));
    measures = measures.filter(({ rank }) => rank !== least);
  }
  return { name, gap: " ".repeat(gap), measures, reason: columns - taken() - gap };
}

function columnsOf(statuses: readonly Status[]): readonly Column[] {
  const ports = Math.max(...statuses.map((status) => portText(status).length), 4);
  const hasHealth = statuses.some(({ health }) => health !== "none");
  const number = { right: true, sort: null } as const;
  return [
    ...(hasHealth
      ? [{ title: "HEALTH", width: 9, right: false, rank: 4, sort: null, text: healthText }]
      : []),
    { title: "CPU", width: 7, right: true, rank: 6, sort: "cpu", text: cpuText },
    { title: "MEM", width: 7, right: true, rank: 5, sort: "memory", text: memoryText },
    { ...number, title: "UPTIME", width: 7, rank: 3, sort: "uptime", text: uptimeText },
    { ...number, title: "RESTARTS", width: 8, rank: 2, text: ({ restarts }) => String(restarts) },
    { ...number, title: "PORT", width: Math.min(11, ports), rank: 1, text: portText },
  ];
}

function healthText({ health }: Status): string {
  return health === "none" ? "-" : health;
}

function uptimeText({ uptimeMs }: Status): string {
  return uptimeMs === null ? "-" : ago(uptimeMs);
}

function portText({ ports }: Status): string {
  return ports.length === 0 ? "-" : ports.join(",");
}

function titles({ name, gap, measures, reason }: Shape, sort: SortKey, columns: number): string {
  const cells = measures.map((column) => {
    const title = column.sort === sort ? `${column.title}↓` : column.title;
    return fit(title, column.width, column.right);
  });
  const all = [fit("NAME", name, false), fit("STATE", STATE_COLUMNS, false), ...cells];
  const end = reason >= REASON_COLUMNS ? [...all, "REASON"] : all;
  return cutTo(" ".repeat(LEAD) + end.join(gap), columns);
}

function line(row: Row, shape: Shape, state: TopState, paint: Paint): string {
  const isSelected = row.key === state.choice.key;
  const { columns } = state.size;
  const lead = isSelected ? "> " : "  ";
  // The selected row is one bar: colours in it would cut it to pieces.
  const inner: Paint = isSelected ? (_, text) => text : paint;
  const text =
    row.kind === "project"
      ? projectText(row, inner)
      : processText(row.name, row.status, { shape, columns, nowMs: state.nowMs, paint: inner });
  const whole = cutTo(lead + text, columns);
  return isSelected ? paint("reverse", fit(whole, columns, false)) : whole;
}

function projectText(
  { name, isFolded, statuses }: Extract<Row, { readonly kind: "project" }>,
  paint: Paint,
): string {
  return `${isFolded ? "▸" : "▾"} ${paint("bold", name)}  ${countsText(statuses, paint)}`;
}

interface Place {
  readonly shape: Shape;
  readonly columns: number;
  readonly nowMs: number;
  readonly paint: Paint;
}

function processText(name: string, status: Status, place: Place): string {
  const { shape, columns, nowMs, paint } = place;
  const { state, health, pid } = status;
  const color = HEALTH_COLORS[health] ?? STATE_COLORS[state];
  const painted = (text: string): string => (color === undefined ? text : paint(color, text));
  const begin = `${fit(name, shape.name, false)}${shape.gap}${painted(fit(state, STATE_COLUMNS, false))}`;
  const left = columns - LEAD - shape.name - STATE_COLUMNS - 2 * shape.gap.length;
  const reason = reasonText(status, nowMs);
  // What does not run uses nothing, so that there is room to say why.
  if (pid === null && reason !== "") return `${begin}${shape.gap}${cutTo(reason, left)}`;
  const cells = shape.measures.map(({ text, width, right, title }) => {
    const cell = fit(text(status), width, right);
    return title === "HEALTH" ? painted(cell) : cell;
  });
  const end = reason !== "" && shape.reason >= REASON_COLUMNS ? [cutTo(reason, shape.reason)] : [];
  return [begin, ...cells, ...end].join(shape.gap);
}

/** `CPU 34 %  MEM 1.2 GB`: of all of them. */
export function useOfAll(statuses: readonly Status[]): string {
  const sum = (values: readonly (number | null)[]): number =>
    values.reduce<number>((total, value) => total + (value ?? 0), 0);
  const cpu = useText("cpu", sum(statuses.map(({ cpuPercent }) => cpuPercent)));
  const memory = useText("memory", sum(statuses.map(({ memoryBytes }) => memoryBytes)));
  return `CPU ${cpu}  MEM ${memory}`;
}
