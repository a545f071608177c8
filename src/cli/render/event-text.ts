/** Events as people read them: when, whose, and a sentence. */

import { ago } from "../../model/ago.ts";
import { printable } from "../../model/printable.ts";
import type { WireEvent } from "../../protocol/shapes.ts";

type Data = WireEvent["data"];

/** What happened, as it follows the name: `exited with code 3 after 10 s`. Programs have a say in it, on one line. */
export function eventText({ type, data }: Pick<WireEvent, "type" | "data">): string {
  const sentence = SENTENCES[type]?.(data) ?? [type, ...details(data)].join(" ");
  return printable(`${WHOSE[textOf(data["beside"])] ?? ""}${sentence}`);
}

/** Of a run beside the one that the process has. */
const WHOSE: Readonly<Record<string, string>> = {
  successor: "its new run ",
  former: "its old run ",
};

/** `api`, `api.2`, `shop/api`; empty for what is about no process. `isOneOfMore`: the first instance has its number too. */
export function eventName(
  { project, process, instance }: Pick<WireEvent, "project" | "process" | "instance">,
  withProject: boolean,
  isOneOfMore = false,
): string {
  const isPlain = instance === null || (instance === 1 && !isOneOfMore);
  const name = isPlain ? process : `${process}.${instance}`;
  return [withProject || process === null ? project : null, name]
    .filter((part) => part !== null)
    .join("/");
}

/** The local time; with the day, unless that is today's. */
export function eventTime(iso: string, now: Date): string {
  const at = new Date(iso);
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(twoDigits).join(":");
  return at.toDateString() === now.toDateString() ? time : `${localDay(at)} ${time}`;
}

/** `203 ms`, `1.5 s`, `10 s`, `3m 12s`. */
export function took(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_950) return `${Number((ms / 1_000).toFixed(1))} s`;
  return ms < 60_000 ? `${Math.round(ms / 1_000)} s` : ago(ms);
}

const SENTENCES: Readonly<Record<string, (data: Data) => string>> = {
  "process.added": () => "is known",
  "process.removed": () => "was forgotten",
  "process.pending": () => "is to start",
  "process.started": ({ pid, stopTakenBack }) =>
    stopTakenBack === true ? `goes on (pid ${textOf(pid)})` : `started (pid ${textOf(pid)})`,
  "process.ready": ({ afterMs, stopTakenBack }) =>
    stopTakenBack === true
      ? "goes on"
      : `is ready${typeof afterMs === "number" && afterMs >= 1 ? ` after ${took(afterMs)}` : ""}`,
  "process.exited": exitedText,
  "process.backoff": ({ reason, delayMs }) =>
    `${textOf(reason)}; starts again in ${took(Number(delayMs))}`,
  "process.restarting": ({ with: other, group, cause }) => {
    if (other === undefined) return cause === "watch" ? "is restarted for it" : "is restarted";
    return `is restarted with ${textOf(other)}${group === undefined ? "" : ` (@${textOf(group)})`}`;
  },
  "process.reloading": ({ cause }) => (cause === "watch" ? "is reloaded for it" : "is reloaded"),
  "process.reloaded": ({ pid, ready }) =>
    ready === false
      ? `goes on with its new run, which is not ready yet (pid ${textOf(pid)})`
      : `was reloaded (pid ${textOf(pid)})`,
  "reload.failed": ({ reason }) => `could not be reloaded${because(reason)}`,
  "process.stopping": () => "is stopped",
  "process.stopped": ({ reason }) => `stopped${because(reason)}`,
  "process.killed": ({ reason }) => `was killed${because(reason)}`,
  "process.completed": () => "completed",
  "process.failed": ({ reason }) => `failed${because(reason)}`,
  "process.skipped": ({ reason }) => `is skipped${because(reason)}`,
  "process.suspended": ({ reason }) => `is suspended${because(reason)}`,
  "process.scheduled": ({ at }) =>
    typeof at === "string" ? `is scheduled for ${eventTime(at, new Date())}` : "is scheduled",
  "schedule.fired": ({ at, catchUp, lateMs }) => firedText(at, catchUp === true, Number(lateMs)),
  "schedule.missed": ({ at, count, isMore, reason }) =>
    `${missedText(at, count, isMore === true)}${because(reason)}`,
  "process.adopted": ({ pid }) => `goes on under this daemon (pid ${textOf(pid)})`,
  "health.healthy": () => "is healthy",
  "health.warning": ({ reason }) => `gives a warning${because(reason)}`,
  "health.critical": ({ reason }) => `is critical${because(reason)}`,
  "health.failed": ({ reason }) => `is unhealthy${because(reason)}`,
  "health.recovered": ({ durationMs }) =>
    `is healthy again${typeof durationMs === "number" ? ` after ${took(durationMs)}` : ""}`,
  "resource.warning": ({ reason }) => `uses much${because(reason)}`,
  "resource.critical": ({ reason }) => `uses too much${because(reason)}`,
  "resource.recovered": ({ reason }) => `uses less again${because(reason)}`,
  "resource.trend": ({ reason }) => `may leak memory${because(reason)}`,
  "watch.changed": changedText,
  "watch.limited": ({ reason }) => `does not watch all its files at once${because(reason)}`,
  "scale.changed": ({ from, to }) => `scaled from ${textOf(from)} to ${textOf(to)}`,
  "config.changed": configText,
  "orphan.killed": ({ pid, port }) =>
    port === undefined
      ? `pid ${textOf(pid)} of a run that is over was ended`
      : `its port ${textOf(port)} was held by pid ${textOf(pid)} of a run that is over, which was ended`,
  "log.dropped": ({ stream, bytes, isOver }) =>
    `lost ${textOf(bytes)} bytes of ${textOf(stream)}: the disk is full${isOver === true ? " no more" : ""}`,
  "hook.failed": ({ hook, reason }) => `${textOf(hook)} went wrong${because(reason)}`,
  "app.message": ({ message, leftOut }) =>
    `says ${textOf(message)}${typeof leftOut === "number" ? `, and ${leftOut} more before` : ""}`,
  "alert.fired": ({ of, escalated, reason }) =>
    `${escalated === true ? "alerts, worse than before" : "alerts"}: ${textOf(of)}${because(reason)}`,
  "alert.resolved": ({ of, resolvedBy }) =>
    `alerts no more: ${textOf(of)}${typeof resolvedBy === "string" ? `, ended by ${resolvedBy}` : ""}`,
  "alert.undelivered": ({ receiver, reason }) =>
    `alerts, and its ${textOf(receiver)} could not be told${because(reason)}`,
  "daemon.started": ({ inPlace }) =>
    inPlace === true ? "the daemon goes on in a new program" : "the daemon started",
  "daemon.recovered": ({ since }) =>
    since === "boot"
      ? "the daemon started, after the machine had"
      : "the daemon started after one that had died",
  "daemon.upgraded": ({ from, to }) =>
    `the daemon was upgraded from ${textOf(from)} to ${textOf(to)}`,
  "daemon.stopping": ({ inPlace }) =>
    inPlace === true ? "the daemon makes room for a new program" : "the daemon stops",
  "events.missed": ({ count }) =>
    count === null
      ? "the numbers of events have begun anew since: here are all that are kept"
      : `${textOf(count)} events are no longer kept`,
};

/** A time is told where it is not the one of the event. */
function firedText(at: unknown, isCatchUp: boolean, lateMs: number): string {
  const time = typeof at === "string" ? eventTime(at, new Date()) : "its schedule";
  if (isCatchUp) return `has its turn of ${time}, which was missed`;
  return lateMs >= 1_000 ? `has its turn of ${time}, ${took(lateMs)} late` : "has its turn";
}

function missedText(at: unknown, count: unknown, isMore: boolean): string {
  const time = typeof at === "string" ? eventTime(at, new Date()) : "its schedule";
  if (typeof count !== "number" || count === 1) return `missed its turn of ${time}`;
  return `missed ${count}${isMore ? " and more" : ""} turns from ${time} on`;
}

function exitedText({ code, signal, known, oomKilled, uptimeMs }: Data): string {
  const how =
    oomKilled === true
      ? "was killed for want of memory"
      : known === false
        ? "ended while nobody looked"
        : signal === null || signal === undefined
          ? `exited with code ${textOf(code)}`
          : `was ended by ${textOf(signal)}`;
  return typeof uptimeMs === "number" ? `${how} after ${took(uptimeMs)}` : how;
}

/** How many names are said; of the others the count. */
const FILES_NAMED = 3;

function changedText({ files, count }: Data): string {
  const names = Array.isArray(files) ? files.slice(0, FILES_NAMED) : [];
  const more = Number(count) - names.length;
  return `saw a change of ${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function configText({ added, removed, changed, watches }: Data): string {
  if (typeof watches === "boolean") {
    return watches ? "files are watched again" : "files are not watched any more";
  }
  const parts = [
    ["added", namesIn(added)],
    ["removed", namesIn(removed)],
    ["changed", namesIn(changed)],
  ].flatMap(([what, names]) => (names === "" ? [] : [`${what} ${names}`]));
  return `the configuration changed: ${parts.join("; ")}`;
}

function namesIn(value: unknown): string {
  if (!Array.isArray(value)) return "";
  return value
    .map((it: unknown) => (typeof it === "string" ? it : textOf(Object(it).process)))
    .join(", ");
}

function because(reason: unknown): string {
  return typeof reason === "string" && reason !== "" ? `: ${reason}` : "";
}

/** Of what a later version tells: what is there to be said. */
function details(data: Data): string[] {
  return Object.entries(data)
    .filter(([, value]) => value !== null && value !== false)
    .map(([key, value]) => `${key}=${textOf(value)}`);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function localDay(at: Date): string {
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map(twoDigits).join("-");
}

function twoDigits(part: number): string {
  return String(part).padStart(2, "0");
}
