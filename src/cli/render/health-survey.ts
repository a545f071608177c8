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
    row.reason === null ? "" : reasonOf(row),
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

/** One test suite, one test case for each instance; what is not meant to be up was skipped. Whoever reads nothing else
 *  has to see that nothing is up, so that is a failure of its own. */
export function healthJunit(survey: HealthSurvey): string[] {
  const { processes } = survey;
  const cases = [...processes.flatMap(testCase), ...(isNothingUp(survey) ? NOTHING_UP_CASE : [])];
  const nothing = isNothingUp(survey) ? 1 : 0;
  const failures = processes.filter(({ ok }) => ok === false).length + nothing;
  const skipped = processes.filter(({ ok }) => ok === null).length;
  const tests = processes.length + nothing;
  const counts = `tests="${tests}" failures="${failures}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="procman health" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ];
}

/** An error for each that is not well, a warning for each that may not stay so. */
export function healthAnnotations(survey: HealthSurvey): string[] {
  const { processes, degraded = [] } = survey;
  const warnings = degraded.map(({ id, reason }) =>
    annotation("warning", `${id} is degraded`, reason),
  );
  const verdicts = processes.flatMap((row) => {
    const kind = row.ok === false ? "error" : row.health === "warning" ? "warning" : null;
    if (kind === null) return [];
    const title = `${row.id} is ${verdictOf(row)}`;
    return [annotation(kind, title, reasonOf(row))];
  });
  const nothing = isNothingUp(survey) ? [annotation("error", "procman health", NOTHING_UP)] : [];
  return [...verdicts, ...nothing, ...warnings];
}

const NOTHING_UP = "nothing is up";

const NOTHING_UP_CASE = [
  '    <testcase classname="procman" name="health" time="0">',
  `      <failure message="${NOTHING_UP}"/>`,
  "    </testcase>",
];

/** It is not well, and no process is to blame. */
function isNothingUp({ healthy, processes }: HealthSurvey): boolean {
  return !healthy && processes.every(({ ok }) => ok !== false);
}

/** Without the verdict, which stands before it. */
function reasonOf(row: HealthRow): string {
  const reason = row.reason ?? `its state is ${row.state}`;
  const verdict = `${verdictOf(row)}: `;
  return reason.startsWith(verdict) ? reason.slice(verdict.length) : reason;
}

function testCase(row: HealthRow): string[] {
  const [project = "", name = ""] = row.id.split("/");
  const open = `    <testcase classname="${xml(project)}" name="${xml(name)}" time="0"`;
  if (row.ok === true) return [`${open}/>`];
  const child =
    row.ok === null
      ? `<skipped message="${xml(`not meant to be up: ${row.state}`)}"/>`
      : `<failure message="${xml(`${verdictOf(row)}: ${reasonOf(row)}`)}"/>`;
  return [`${open}>`, `      ${child}`, "    </testcase>"];
}

/** One word for what people want to know. */
function verdictOf({ ok, state, health }: HealthRow): string {
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
