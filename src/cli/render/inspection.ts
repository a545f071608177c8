/** `inspect` for people: a heading, then a block for each side of a process that has something to show. */

import { ago } from "../../model/ago.ts";
import { yamlOf } from "../../config/documents/write.ts";
import { bytesText, useText } from "../../model/use-text.ts";
import type {
  Inspection,
  WireLimit,
  WireProbe,
  WireSharing,
  WireWatch,
} from "../../protocol/shapes.ts";
import { countOf } from "../count-of.ts";
import { eventText, eventTime, took } from "./event-text.ts";
import { fitted } from "./fitted.ts";
import { asWritten } from "./written-spec.ts";

/** `width`: null for as wide as it is. The configuration and the environment keep their lines: they may be copied. */
export function renderInspection(inspection: Inspection, width: number | null): string[] {
  const { status, config, env, events, metrics, probes, tree } = inspection;
  const { listening, lastExit, dependsOn, dependents, limits = [] } = inspection;
  const now = [
    ["state", status.ready ? `${status.state}, ready` : status.state],
    ["health", status.health === "none" ? null : status.health],
    ["reason", status.reason],
    ["pid", status.pid],
    ["up", status.uptimeMs === null ? null : ago(status.uptimeMs)],
    ["uses", usesText(status)],
    ["limits", limits.map(limitText).join(", ")],
    ["restarts", status.restarts === 0 ? null : `${status.restarts} in all`],
    ["adopted", status.adopted ? adoptedText(status) : null],
    ["last exit", lastExit === null ? null : exitText(lastExit)],
    ["command", status.command],
    ["directory", status.cwd],
    ["ports", status.ports.join(", ")],
    ["shares", sharingText(inspection.sharing ?? null)],
    ["listens on", listening.join(", ")],
    ["groups", status.groups.join(", ")],
    ["depends on", dependsOn.map(dependencyText).join(", ")],
    ["watches", watchText(inspection.watching ?? null)],
    ["needed by", dependents.join(", ")],
    ["stdout", status.logs.stdout],
    ["stderr", status.logs.stderr],
  ] as const;
  const fit = (lines: readonly string[]) =>
    lines.flatMap((line) => fitted(line, width).split("\n"));
  return [
    status.id,
    ...fit(rows(now)),
    ...block("configuration", configLines(asWritten(config))),
    ...block("environment", env === null ? [] : rows(inOrder(env))),
    ...block(
      "process tree",
      tree.map(({ pid, command }) => `  ${String(pid).padStart(7)} ${command}`),
    ),
    ...block("metrics", fit(metrics.map(metricLine))),
    ...block("probes", fit(probes.flatMap(probeLines))),
    ...block("recent events", fit(events.map(eventLine))),
  ];
}

/** What is known of it. */
function usesText({ cpuPercent, memoryBytes, fds, threads, net }: Inspection["status"]): string {
  const parts = [
    cpuPercent === null ? null : `${useText("cpu", cpuPercent)} of a core`,
    memoryBytes === null ? null : useText("memory", memoryBytes),
    fds === null ? null : countOf(fds, "descriptor", "descriptors"),
    threads === null ? null : countOf(threads, "thread", "threads"),
    net.connections === null || net.connections === 0
      ? null
      : countOf(net.connections, "connection", "connections"),
  ];
  return parts.filter((part) => part !== null).join(", ");
}

const LIMIT_MEANS: Readonly<Record<string, string>> = {
  cgroup: "control group",
  rlimit: "rlimit",
  priority: "priority",
  watch: "watched",
  nothing: "not before its next start",
};

/** `memory 512 MB (control group)`. */
function limitText({ limit, value, by, group }: WireLimit): string {
  const amount = limit === "memory" ? bytesText(value) : String(value);
  const whose = group === null ? "" : ` with all of ${group}`;
  return `${limit} ${amount}${whose} (${LIMIT_MEANS[by] ?? by})`;
}

function adoptedText({ logs }: Inspection["status"]): string {
  return logs.captured
    ? "yes, from an earlier daemon"
    : "yes, while it ran: its output is not captured until its next start";
}

/** `port 3000 of localhost, by a proxy (round-robin; nobody has said how): 4 connections`. */
function sharingText(sharing: WireSharing | null): string | null {
  if (sharing === null) return null;
  const { mode, algorithm, host, port, isDefault, isOpen, connections, waiting, trouble } = sharing;
  const why = isDefault ? "as several instances with a port do" : "as configured";
  const how = [mode, algorithm, why].filter((it) => it !== null).join(", ");
  const what = `port ${port}${host === null ? "" : ` of ${host}`} by ${how}`;
  const counts = [
    isOpen ? null : "gets no connections now",
    connections === null ? null : countOf(connections, "connection", "connections"),
    waiting === null || waiting === 0 ? null : `${waiting} waiting`,
    trouble,
  ];
  return [what, ...counts.filter((it) => it !== null)].join("; ");
}

function watchText(watching: WireWatch | null): string | null {
  if (watching === null) return null;
  const { files, directories, limited } = watching;
  const what = `${countOf(files, "file", "files")} in ${countOf(directories, "directory", "directories")}`;
  return limited === null ? what : `${what}; not all of it at once: ${limited}`;
}

function metricLine({ name, value, time }: Inspection["metrics"][number]): string {
  return `  ${name} ${value}, at ${eventTime(time, new Date())}`;
}

type Row = readonly [name: string, value: string | number | null];

function rows(all: readonly Row[]): string[] {
  const shown = all.filter(([, value]) => value !== null && value !== "");
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
}

function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `${title}:`, ...lines];
}

function configLines(config: Readonly<Record<string, unknown>>): string[] {
  if (Object.keys(config).length === 0) return [];
  const lines = yamlOf(config).trimEnd().split("\n");
  return lines.map((line) => `  ${line}`);
}

function inOrder(env: Readonly<Record<string, string>>): Row[] {
  return Object.entries(env).toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function dependencyText({ process, condition, state }: Inspection["dependsOn"][number]): string {
  return `${process} ${condition} (${[...new Set(state)].join(", ")})`;
}

function exitText({ code, signal, known, at }: NonNullable<Inspection["lastExit"]>): string {
  const how = known ? (signal ?? `code ${code}`) : "unobserved, code unknown";
  return `${how} at ${eventTime(at, new Date())}`;
}

function probeLines({ purpose, kind, tries, answers }: WireProbe): string[] {
  const shown = answers.map(
    ({ time, passed, text, tookMs }) =>
      `    ${eventTime(time, new Date())}  ${passed ? "passed" : "failed"} ${text} (${took(tookMs)})`,
  );
  return [`  ${purpose}, ${kind}: tried ${countOf(tries, "time", "times")}`, ...shown];
}

function eventLine(event: Inspection["events"][number]): string {
  return `  ${eventTime(event.time, new Date())}  ${eventText(event)}`;
}
