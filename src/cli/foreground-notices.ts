/** What procman itself says in the foreground, between the lines of the processes and like them. */

import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";
import { type Color, painter, wantsColor } from "./output.ts";
import { eventName, eventText } from "./render/event-text.ts";
import { Prefix } from "./render/log-prefix.ts";
import { nameFor } from "./render/status-table.ts";

export interface Notice {
  readonly text: string;
  readonly isBad: boolean;
}

/** A way to say it: dim, bad news in red, with a prefix as wide as those of the processes, if these have one. */
export function noticesOf(
  { args, env, say }: CommandContext,
  { shown, isPlain }: Pick<Held, "shown" | "isPlain">,
): (notice: Notice) => void {
  const paint = painter(wantsColor(2, env, args.text("color")));
  const prefix = new Prefix(paint);
  for (const id of shown) prefix.expect(parseInstanceId(id as InstanceId));
  const head = isPlain ? "" : prefix.expectNotices().ofNotice();
  return ({ text, isBad }) => {
    const color: Color = isBad ? "red" : "gray";
    say(paint(color, head + text));
  };
}

/** Null for what need not be said: what is on its way, and what the next event says better. */
export function noticeOf(
  event: WireEvent,
  { isPlain, shown }: Pick<Held, "isPlain" | "shown">,
): Notice | null {
  const { type, data, project, process } = event;
  if (!SAID.has(type) || (isPlain && isToBeSeen(event))) return null;
  // What becomes of two runs is said when the one has taken the place of the other.
  if (data["beside"] !== undefined) return null;
  // Without a probe it is ready as soon as it has started.
  if (type === "process.ready" && !(Number(data["afterMs"]) >= 1)) return null;
  // Of a mere warning nothing was said.
  if (type === "health.recovered" && data["from"] === "warning") return null;
  // Named like its lines.
  const isOneOfMore = shown.filter((id) => id.startsWith(`${project}/${process}.`)).length > 1;
  const text = `${eventName(event, false, isOneOfMore)} ${eventText(event)}`;
  return { text, isBad: BAD.has(type) };
}

/** The lines, or in the end the exit status, say it of a single process. */
function isToBeSeen({ type, data }: WireEvent): boolean {
  if (type === "process.failed") return !String(data["reason"]).includes("; ");
  return ["process.started", "process.ready", "process.stopped", "process.completed"].includes(
    type,
  );
}

const BAD = new Set([
  "process.failed",
  "process.skipped",
  "process.suspended",
  "watch.limited",
  "process.killed",
  "process.backoff",
  "reload.failed",
  "health.critical",
  "health.failed",
]);
const SAID = new Set([
  ...BAD,
  "process.scheduled",
  "schedule.missed",
  "process.started",
  "process.ready",
  "process.stopped",
  "process.completed",
  "process.restarting",
  "process.reloaded",
  "watch.changed",
  "health.recovered",
]);

/** How it came to an end by itself. */
export function sayEnd(
  context: CommandContext,
  what: Pick<Held, "shown" | "isPlain">,
  statuses: readonly Status[],
): void {
  const isBad = statuses.some(({ state }) => state === "failed" || state === "skipped");
  noticesOf(context, what)({ text: endText(statuses), isBad });
}

/** `All ended: web failed (1), dep skipped`. */
export function endText(statuses: readonly Status[]): string {
  if (statuses.length === 0) return "Ended: all of it was stopped from elsewhere";
  const ends = statuses.map((status) => {
    const { state, exitCode, signal } = status;
    const how = state === "failed" ? (signal ?? exitCode) : null;
    return `${nameFor(status, statuses)} ${state}${how === null ? "" : ` (${how})`}`;
  });
  return `All ended: ${ends.join(", ")}`;
}
