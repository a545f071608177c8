/** `inspect` for people: a heading, then a block for each side of a process that has something to show. */

import type { Inspection, WireProbe } from "../../protocol/shapes.ts";
import { ago } from "./status-table.ts";

export function renderInspection(inspection: Inspection): string[] {
  const { status, config, env, events, probes, tree } = inspection;
  const { listening, lastExit, dependsOn, dependents } = inspection;
  const now = [
    ["state", status.ready ? `${status.state}, ready` : status.state],
    ["health", status.health === "none" ? null : status.health],
    ["reason", status.reason],
    ["pid", status.pid],
    ["up", status.uptimeMs === null ? null : ago(status.uptimeMs)],
    ["restarts", status.restarts],
    ["adopted", status.adopted ? "yes, from an earlier daemon" : null],
    ["last exit", lastExit === null ? null : exitText(lastExit)],
    ["command", status.command],
    ["directory", status.cwd],
    ["ports", status.ports.join(", ")],
    ["listens on", listening.join(", ")],
    ["groups", status.groups.join(", ")],
    ["depends on", dependsOn.map(dependencyText).join(", ")],
    ["needed by", dependents.join(", ")],
    ["stdout", status.logs.stdout],
    ["stderr", status.logs.stderr],
  ] as const;
  return [
    status.id,
    ...rows(now),
    ...block("configuration", rows(Object.entries(config).map(asText))),
    ...block("environment", env === null ? [] : rows(Object.entries(env))),
    ...block(
      "process tree",
      tree.map(({ pid, command }) => `  ${String(pid).padStart(7)} ${command}`),
    ),
    ...block("probes", probes.flatMap(probeLines)),
    ...block("recent events", events.map(eventText)),
  ];
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

function asText([name, value]: [string, unknown]): Row {
  if (value === null || typeof value === "string" || typeof value === "number")
    return [name, value];
  return [name, JSON.stringify(value)];
}

function dependencyText({ process, condition, state }: Inspection["dependsOn"][number]): string {
  return `${process} ${condition} (${[...new Set(state)].join(", ")})`;
}

function exitText({ code, signal, known, at }: NonNullable<Inspection["lastExit"]>): string {
  const how = known ? (signal ?? `code ${code}`) : "unobserved, code unknown";
  return `${how} at ${at}`;
}

function probeLines({ purpose, kind, tries, answers }: WireProbe): string[] {
  const shown = answers.map(
    ({ time, passed, text, tookMs }) =>
      `    ${time} ${passed ? "passed" : "failed"} ${text} (${tookMs} ms)`,
  );
  return [`  ${purpose}, ${kind}: tried ${tries} times`, ...shown];
}

function eventText({ time, type, data }: Inspection["events"][number]): string {
  const details = Object.entries(data).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  return `  ${time} ${type} ${details.join(" ")}`.trimEnd();
}
