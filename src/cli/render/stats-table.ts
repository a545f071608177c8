/** The tables of `stats`: what is used now, and what was used. */

import type { Span } from "../../model/use.ts";
import { ago } from "../../model/ago.ts";
import { bytesText, useText } from "../../model/use-text.ts";
import type { Stats } from "../../protocol/stats.ts";
import { courseOf } from "./course.ts";
import { cpuText, memoryText, nameFor } from "./status-table.ts";
import { table, type Column } from "./table.ts";

export interface StatsTableOptions {
  /** Rows of several projects say which. */
  readonly showProject: boolean;
  /** Columns of the terminal, null where there is none. */
  readonly width: number | null;
}

export function useTable(stats: readonly Stats[], options: StatsTableOptions): string[] {
  const columns = [
    ...names(options),
    { title: "CPU", right: true },
    { title: "MEM", right: true },
    { title: "FDS", right: true, dropRank: 4 },
    { title: "THREADS", right: true, dropRank: 1 },
    { title: "READ", right: true, dropRank: 3 },
    { title: "WRITTEN", right: true, dropRank: 3 },
    { title: "CONNS", right: true, dropRank: 2 },
    { title: "UPTIME", right: true, dropRank: 5 },
  ];
  const rows = stats.map((one) => [
    ...nameCells(one, stats, options),
    cpuText(one),
    memoryText(one),
    countText(one.fds),
    countText(one.threads),
    sizeText(one.io.readBytes),
    sizeText(one.io.writeBytes),
    countText(one.net.connections),
    one.uptimeMs === null ? "-" : ago(one.uptimeMs),
  ]);
  return table(columns, rows, options.width);
}

/** Cells of a course: each is a part of the time, and its height the mean of it. */
const COURSE_CELLS = 20;

export function historyTable(stats: readonly Stats[], options: StatsTableOptions): string[] {
  const columns = [
    ...names(options),
    { title: "CPU MIN", right: true, dropRank: 3 },
    { title: "MEAN", right: true, dropRank: 5 },
    { title: "MAX", right: true },
    { title: "COURSE", dropRank: 1 },
    { title: "MEM MIN", right: true, dropRank: 4 },
    { title: "MEAN", right: true, dropRank: 6 },
    { title: "MAX", right: true },
    { title: "COURSE", dropRank: 2 },
  ];
  const times = stats.flatMap(({ history }) => history?.points ?? []).map(({ time }) => time);
  const from = Date.parse(times.toSorted()[0] ?? "");
  const until = Date.parse(times.toSorted().at(-1) ?? "");
  const rows = stats.map((one) => {
    const { cpuPercent = null, memoryBytes = null, points = [] } = one.history ?? {};
    const course = (key: "cpuPercent" | "memoryBytes", floor: number): string =>
      courseOf(points, key, { from, until, floor, cells: COURSE_CELLS });
    return [
      ...nameCells(one, stats, options),
      ...spanCells("cpu", cpuPercent),
      course("cpuPercent", 0),
      ...spanCells("memory", memoryBytes),
      course("memoryBytes", memoryBytes?.min ?? 0),
    ];
  });
  return table(columns, rows, options.width);
}

function names({ showProject }: StatsTableOptions): Column[] {
  return [...(showProject ? [{ title: "PROJECT" }] : []), { title: "NAME" }];
}

function nameCells(
  one: Stats,
  all: readonly Stats[],
  { showProject }: StatsTableOptions,
): string[] {
  return [...(showProject ? [one.project] : []), nameFor(one, all)];
}

function spanCells(metric: "cpu" | "memory", span: Span | null): string[] {
  return span === null
    ? ["-", "-", "-"]
    : [span.min, span.mean, span.max].map((value) => useText(metric, value));
}

function countText(count: number | null): string {
  return count === null ? "-" : String(count);
}

function sizeText(bytes: number | null): string {
  return bytes === null ? "-" : bytesText(bytes);
}
