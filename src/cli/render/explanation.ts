/** `why` for people: the state in a line, then what bears on it, then what to do. */

import { ago } from "../../model/ago.ts";
import type { Explanation } from "../../protocol/explanation.ts";
import type { WireProbe } from "../../protocol/shapes.ts";
import { countOf } from "../count-of.ts";
import type { Color, Paint } from "../output.ts";
import { eventTime } from "./event-text.ts";
import { plain } from "../../logfile/plain-text.ts";

export function renderExplanation(of: Explanation, nowMs: number, paint: Paint): string[] {
  const { id, state, since, reason, rule, waitingFor, probes, degraded = null } = of;
  const { nextRetryAt, deadlineAt, lastExit } = of;
  const rows: (readonly [name: string, text: string])[] = [
    ["because", reason],
    ...(degraded === null ? [] : [["degraded", degraded] as const]),
    ...fallbackRow(of),
    ...waitingFor.map((it) => ["waits for", awaitedText(it, nowMs)] as const),
    ...(rule === null ? [] : [["rule", `${rule.key}: ${rule.text}`] as const]),
    ...probes.map((it) => ["probe", probeText(it, nowMs)] as const),
    ...(typeof of.watchLimit === "string"
      ? [["watch", `not at once: ${of.watchLimit}`] as const]
      : []),
    ...(nextRetryAt === null
      ? []
      : [[state === "backoff" ? "next try" : "next run", comingText(nextRetryAt, nowMs)] as const]),
    ...(deadlineAt === null
      ? []
      : [[DEADLINES[state] ?? "until", comingText(deadlineAt, nowMs)] as const]),
    ...(lastExit === null ? [] : [["last exit", exitText(lastExit, nowMs)] as const]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const title = `${paint("bold", id)} is ${paint(COLORS[state] ?? "yellow", state)}`;
  return [
    `${title} since ${ago(nowMs - Date.parse(since))}`,
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    ...tailLines(of, paint),
    ...of.others.map((it) => `${it.id} is ${it.state}`),
    ...hint(of),
  ];
}

/** Nobody asks who would take over while all is well. */
function fallbackRow({ state, fallback = null }: Explanation): (readonly [string, string])[] {
  if (fallback === null || (state === "running" && !fallback.isOnDuty)) return [];
  const { process, state: its, isOnDuty } = fallback;
  return [
    ["fallback", `${process} ${isOnDuty ? "stands in for it" : "does not stand in"} (${its})`],
  ];
}

const COLORS: Partial<Record<Explanation["state"], Color>> = {
  running: "green",
  completed: "green",
  scheduled: "green",
  failed: "red",
  killed: "red",
  skipped: "red",
  suspended: "red",
};

const DEADLINES: Partial<Record<Explanation["state"], string>> = {
  starting: "fails",
  stopping: "killed",
  pending: "gives up",
};

function awaitedText(
  { process, condition, state, health, since, reason }: Explanation["waitingFor"][number],
  nowMs: number,
): string {
  const is = condition === "healthy" && health !== "none" ? `${state}, ${health},` : state;
  const why = reason === null ? "" : `: ${reason}`;
  return `${process} to be ${condition}; it is ${is} since ${ago(nowMs - Date.parse(since))}${why}`;
}

/** `ready http: GET http://127.0.0.1:3000/ answered 503, 3s ago; tried 12 times`. */
function probeText({ purpose, kind, tries, answers }: WireProbe, nowMs: number): string {
  const last = answers.at(-1);
  const said =
    last === undefined ? "" : `: ${last.text}, ${ago(nowMs - Date.parse(last.time))} ago`;
  return `${purpose} ${kind}${said}; tried ${countOf(tries, "time", "times")}`;
}

function comingText(at: string, nowMs: number): string {
  const leftMs = Date.parse(at) - nowMs;
  const time = eventTime(at, new Date(nowMs));
  return leftMs < 1_000 ? `now (${time})` : `in ${ago(leftMs)} (${time})`;
}

function exitText(
  { code, signal, known, oomKilled, at }: NonNullable<Explanation["lastExit"]>,
  nowMs: number,
): string {
  const how = known ? (signal ?? `code ${code}`) : "unobserved, code unknown";
  const memory = oomKilled ? ", memory ran out" : "";
  return `${how}${memory}, ${ago(nowMs - Date.parse(at))} ago`;
}

/** What it wrote explains what went wrong; what goes well needs no explanation. */
function tailLines({ state, tail, lastExit }: Explanation, paint: Paint): string[] {
  const isFine = state === "running" || state === "completed" || state === "stopped";
  if (tail.length === 0 || (isFine && lastExit === null)) return [];
  const lines = tail.map((line) => `    ${plain(Buffer.from(line))}`.trimEnd());
  return [`  ${paint("gray", "last output:")}`, ...lines];
}

function hint({ id, state, rule, lastExit }: Explanation): string[] {
  const name = id.slice(id.indexOf("/") + 1).replace(/\.1$/, "");
  if (state === "failed" || state === "stopped" || state === "killed") {
    const logs = lastExit === null ? "" : `; 'procman logs ${name}' has all that it wrote`;
    return rule?.key === "disabled" ? [] : [`'procman start ${name}' starts it${logs}.`];
  }
  if (state === "suspended") {
    return [
      `Leave that file out with \`watch.exclude\`; then 'procman start ${name}' starts it again.`,
    ];
  }
  return state === "skipped" ? ["It waits for them again as soon as they are started again."] : [];
}
