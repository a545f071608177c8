/** The answer of `health` as a table for people, as JUnit XML, and as annotations of GitHub Actions. */

import { ago } from "../../model/ago.ts";
import type { HealthRow, HealthSurvey } from "../../protocol/health.ts";
import type { Color, Paint } from "../output.ts";
import { degradedLine } from "./status-table.ts";
import { table } from "./table.ts";
import { annotation } from "./workflow-commands.ts";

export function healthTable(
  { processes, degraded = [] }: HealthSurvey,
  { paint, width, nowMs }: { paint: Paint; width: number | null; nowMs: number },
): string[] {
  const rows = processes.map((row) => [
    row.id,
    paint(colorOf(row), verdictOf(row)),
    row.state,
    row.health === "none" ? "-" : row.health,
    ago(Math.max(0, nowMs - Date.parse(row.since))),
    row.reason ?? "",
  ]);
  const lines = table(
    [
      { title: "ID" },
      { title: "VERDICT" },
      { title: "STATE", dropRank: 2 },
      { title: "HEALTH", dropRank: 3 },
      { title: "SINCE", right: true, dropRank: 1 },
      { title: "REASON", flexible: "wrap" },
    ],
    rows,
    width,
  );
  return [...lines, ...degraded.map(({ id, reason }) => degradedLine(id, reason, paint))];
}

/** One test suite, one test case for each instance; what is not meant to be up was skipped. */
export function healthJunit({ processes }: HealthSurvey): string[] {
  const failures = processes.filter(({ ok }) => ok === false).length;
  const skipped = processes.filter(({ ok }) => ok === null).length;
  const counts = `tests="${processes.length}" failures="${failures}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="procman health" ${counts}>`,
    ...processes.flatMap(testCase),
    "  </testsuite>",
    "</testsuites>",
  ];
}

/** An error for each that is not well, a warning for each that may not stay so. */
export function healthAnnotations({ processes, degraded = [] }: HealthSurvey): string[] {
  const warnings = degraded.map(({ id, reason }) =>
    annotation("warning", `${id} is degraded`, reason),
  );
  const verdicts = processes.flatMap((row) => {
    const kind = row.ok === false ? "error" : row.health === "warning" ? "warning" : null;
    if (kind === null) return [];
    const title = `${row.id} is ${verdictOf(row)}`;
    return [annotation(kind, title, row.reason ?? `its state is ${row.state}`)];
  });
  return [...verdicts, ...warnings];
}

function testCase(row: HealthRow): string[] {
  const [project = "", name = ""] = row.id.split("/");
  const open = `    <testcase classname="${xml(project)}" name="${xml(name)}" time="0"`;
  if (row.ok === true) return [`${open}/>`];
  const reason = row.reason ?? `its state is ${row.state}`;
  const child =
    row.ok === null
      ? `<skipped message="${xml(`not meant to be up: ${row.state}`)}"/>`
      : `<failure message="${xml(`${verdictOf(row)}: ${reason}`)}"/>`;
  return [`${open}>`, `      ${child}`, "    </testcase>"];
}

/** One word for what people want to know. */
function verdictOf({ ok, state, health }: HealthRow): string {
  // A one-shot has done its work, though it was stopped with the others since.
  if (state === "completed") return "completed";
  if (ok === null) return "not wanted";
  if (ok) return health === "warning" ? "warning" : "well";
  return state === "running" ? health : state;
}

function colorOf({ ok, health }: HealthRow): Color {
  if (ok === null) return "gray";
  return ok ? (health === "warning" ? "yellow" : "green") : "red";
}

function xml(text: string): string {
  const safe = text.replaceAll(/[^\t\n\r\u0020-\uFFFD]/g, "\uFFFD");
  return safe.replaceAll(/[<>&"'\n\r\t]/g, (it) => `&#${it.charCodeAt(0)};`);
}
