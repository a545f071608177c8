/** The table of `ls`. */

import { ago } from "../../model/ago.ts";
import type { Status } from "../../protocol/status.ts";
import type { Color, Paint } from "../output.ts";
import { useText } from "../../model/use-text.ts";
import { table, type Column } from "./table.ts";

export interface StatusTableOptions {
  /** Rows of several projects say which. */
  readonly showProject: boolean;
  readonly paint: Paint;
  /** Columns of the terminal, null where there is none. */
  readonly width: number | null;
  readonly nowMs: number;
}

export function statusTable(
  statuses: readonly Status[],
  { showProject, paint, width, nowMs }: StatusTableOptions,
): string[] {
  // Nothing of it is known when nothing runs, or of a daemon of an earlier version.
  const isMeasured = statuses.some(({ memoryBytes }) => memoryBytes !== null);
  const rows = statuses.map((status) => [
    ...(showProject ? [status.project] : []),
    nameFor(status, statuses),
    stateText(status, paint, nowMs),
    status.pid === null ? "-" : String(status.pid),
    status.uptimeMs === null ? "-" : ago(status.uptimeMs),
    ...(isMeasured ? [cpuText(status), memoryText(status)] : []),
    String(status.restarts),
    status.ports.length === 0 ? "-" : status.ports.join(","),
    status.reason ?? "",
  ]);
  const lines = table(
    [
      ...(showProject ? [{ title: "PROJECT" }] : []),
      { title: "NAME" },
      { title: "STATE" },
      { title: "PID", right: true, dropRank: 5 },
      { title: "UPTIME", right: true, dropRank: 4 },
      ...(isMeasured ? MEASURED : []),
      { title: "RESTARTS", right: true, dropRank: 3 },
      { title: "PORTS", dropRank: 6 },
      { title: "REASON", flexible: "wrap" },
    ],
    rows,
    width,
  );
  const degraded = statuses.flatMap((status) => {
    const { degraded: how = null, project } = status;
    const name = nameFor(status, statuses);
    return how === null ? [] : degradedLine(showProject ? `${project}/${name}` : name, how, paint);
  });
  return [...lines, ...degraded];
}

const MEASURED: readonly Column[] = [
  { title: "CPU", right: true, dropRank: 1 },
  { title: "MEM", right: true, dropRank: 2 },
];

export function cpuText({ cpuPercent }: Pick<Status, "cpuPercent">): string {
  return cpuPercent === null ? "-" : useText("cpu", cpuPercent);
}

export function memoryText({ memoryBytes }: Pick<Status, "memoryBytes">): string {
  return memoryBytes === null ? "-" : useText("memory", memoryBytes);
}

/** Said below a table: what is well in itself, and lacks something. */
export function degradedLine(name: string, how: string, paint: Paint): string {
  return `${paint("yellow", "degraded")}: ${name} ${how}`;
}

/** `api` while there is only one instance of it. */
export function nameFor(
  status: Pick<Status, "project" | "process" | "name" | "instance">,
  all: readonly Pick<Status, "project" | "process" | "instance">[],
): string {
  const siblings = all.filter(
    (it) => it.project === status.project && it.process === status.process,
  );
  return siblings.length <= 1 && status.instance === 1 ? status.process : status.name;
}

export const STATE_COLORS: Partial<Record<Status["state"], Color>> = {
  running: "green",
  completed: "green",
  scheduled: "green",
  starting: "yellow",
  pending: "yellow",
  stopping: "yellow",
  backoff: "yellow",
  failed: "red",
  killed: "red",
  skipped: "red",
};

export const HEALTH_COLORS: Partial<Record<Status["health"], Color>> = {
  warning: "yellow",
  critical: "yellow",
  unhealthy: "red",
};

function stateText(status: Status, paint: Paint, nowMs: number): string {
  const { state, health, nextRunAt } = status;
  if (state === "scheduled" && nextRunAt !== null) {
    const left = ago(Math.max(0, Date.parse(nextRunAt) - nowMs));
    return paint("green", `scheduled (in ${left})`);
  }
  const illness = HEALTH_COLORS[health];
  if (illness !== undefined) return paint(illness, `${state} (${health})`);
  const color = STATE_COLORS[state];
  const how = state === "failed" || state === "backoff" ? ownEnd(status) : null;
  const text = how === null ? state : `${state} (${how})`;
  return color === undefined ? text : paint(color, text);
}

/** How it ended by itself. What is not the reason was procman's own doing: the signal that ends what is not ready. */
function ownEnd({ exitCode, signal, reason }: Status): string | null {
  const how = signal ?? (exitCode === null ? null : `code ${exitCode}`);
  return how !== null && reason?.includes(how) === true ? how.replace("code ", "") : null;
}
