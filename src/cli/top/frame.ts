/** A frame: what is known, as the lines of the screen. As many as it has rows, none wider than it has columns. */

import { useText } from "../../model/use-text.ts";
import { ago } from "../../model/ago.ts";
import type { Paint } from "../output.ts";
import { courseOf } from "../render/course.ts";
import { countsText } from "./counts.ts";
import { footLines } from "./foot-line.ts";
import { HELP_LINES } from "./help.ts";
import { layoutOf, logStyle } from "./layout.ts";
import { windowOf } from "./log-window.ts";
import { selectedRow, selectedStatus } from "./rows.ts";
import { cutTo, screenLine, screenText } from "./screen-line.ts";
import type { TopState } from "./state.ts";
import { tableLines, useOfAll } from "./table-rows.ts";

export function frameOf(state: TopState, paint: Paint): string[] {
  const { columns, rows } = state.size;
  const layout = layoutOf(state);
  const above =
    layout.table === 0
      ? []
      : [
          headLine(state, paint),
          ...padded(tableLines(state, layout.table, paint), layout.table + 1),
        ];
  const tone = (selectedStatus(state)?.pid ?? null) === null ? "red" : "yellow";
  const below =
    layout.body === 0
      ? []
      : [
          betweenLine(state, paint),
          ...layout.reason.map((line) => `  ${paint(tone, line)}`),
          ...(layout.hasCourse ? [courseLine(state, paint)] : []),
          ...padded(bodyLines(state, layout.body, paint), layout.body),
        ];
  const foot = footLines(state, paint);
  const lines = padded([...above, ...below], Math.max(0, rows - foot.length));
  return [...lines, ...foot].map((line) => cutTo(line, columns)).slice(-rows);
}

function padded(lines: readonly string[], count: number): string[] {
  const missing = Math.max(0, count - lines.length);
  return [...lines.slice(0, count), ...Array.from({ length: missing }, () => "")];
}

/** What counts most first: what has no room is left out, or cut. */
function headLine({ title, list, size, choice }: TopState, paint: Paint): string {
  const { statuses, daemonPid } = list;
  const parts = [
    paint("bold", title),
    ...(choice.filter === "" ? [] : [paint("yellow", `names with '${choice.filter}'`)]),
    ...(daemonPid === null ? [paint("red", "no daemon")] : []),
    ...(statuses.length === 0 ? [] : [countsText(statuses, paint), useOfAll(statuses)]),
  ];
  const line = parts.join("  ");
  if (daemonPid === null) return line;
  const whole = `${line}  ${paint("gray", `daemon ${daemonPid}`)}`;
  return Bun.stringWidth(whole) > size.columns ? line : whole;
}

/** Between the table and what is below: whose that is, and what of it is seen. */
function betweenLine(state: TopState, paint: Paint): string {
  const { columns } = state.size;
  const right = rightText(state);
  const room = columns - Bun.stringWidth(right) - 8;
  const left = cutTo(leftText(state), Math.max(8, room));
  const fill = "─".repeat(Math.max(1, columns - Bun.stringWidth(left + right) - 7));
  const end = right === "" ? "──" : ` ${right} `;
  return paint("gray", `── `) + paint("bold", left) + paint("gray", ` ${fill}${end}─`);
}

function leftText(state: TopState): string {
  if (state.pane.kind === "help") return "keys";
  const row = selectedRow(state);
  if (row === null) return "log";
  if (row.kind === "project") return row.name;
  const { id, state: is, health, pid, command } = row.status;
  const how = health === "none" ? is : `${is}, ${health}`;
  const parts = [id, how, pid === null ? null : `pid ${pid}`, screenText(command)];
  return parts.filter((part) => part !== null).join(" · ");
}

function rightText({ pane, log }: TopState): string {
  if (pane.kind !== "log") return "Esc: back";
  const found = log.search === null ? "" : `/${screenText(log.search.text)}/ `;
  const { kind } = log.position;
  if (kind === "end") return `${found}following`;
  return kind === "begin" && !log.isAll && log.lines.length > 0
    ? `${found}'procman logs' has older ones`
    : `${found}End: follow`;
}

function courseLine({ history, size, nowMs, list }: TopState, paint: Paint): string {
  const { points = [], memoryBytes = null } = history?.history ?? {};
  const from = Date.parse(points[0]?.time ?? "");
  const cells = Math.max(10, Math.min(60, Math.floor((size.columns - 50) / 2)));
  const span = { from, until: nowMs, cells };
  const now = list.statuses.find(({ id }) => id === history?.id);
  const text = (metric: "cpu" | "memory", value: number | null | undefined): string =>
    value === null || value === undefined ? "-" : useText(metric, value);
  const cpu = courseOf(points, "cpuPercent", { ...span, floor: 0 });
  const memory = courseOf(points, "memoryBytes", { ...span, floor: memoryBytes?.min ?? 0 });
  return [
    `  CPU ${paint("cyan", cpu)} ${text("cpu", now?.cpuPercent)}`,
    `MEM ${paint("cyan", memory)} ${text("memory", now?.memoryBytes)}`,
    paint("gray", `the last ${ago(Math.max(0, nowMs - from))}`),
  ].join("  ");
}

function bodyLines(state: TopState, rows: number, paint: Paint): readonly string[] {
  const { pane, size, log } = state;
  if (pane.kind === "help") return HELP_LINES.slice(pane.from, pane.from + rows);
  if (pane.kind === "about") {
    if (pane.known === null || pane.known.id !== state.choice.key) return [paint("gray", "…")];
    return pane.known.lines.slice(pane.from, pane.from + rows).map(screenLine);
  }
  if (log.lines.length === 0) return [paint("gray", noLines(state))];
  return windowOf(log, { columns: size.columns, rows }, logStyle(state, paint)).rows;
}

function noLines(state: TopState): string {
  const row = selectedRow(state);
  if (row === null) return "";
  if (row.kind === "project") return "Enter shows its processes, or hides them.";
  if (!row.status.logs.captured) return "It was taken over: its output goes where it went before.";
  return state.log.search === null
    ? "It has written nothing."
    : "Nothing is found in what it wrote last. Esc shows all.";
}
