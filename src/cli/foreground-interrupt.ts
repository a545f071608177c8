/** Ctrl-C in the foreground: the first stops what is held and says who is still there, the second kills it. So do
 *  SIGTERM and the end of the terminal. */

import { ago } from "../model/ago.ts";
import { constants } from "node:os";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";
import { nameFor } from "./render/status-table.ts";

export interface Interrupt {
  /** Resolves as soon as it is asked to end. */
  readonly asked: Promise<null>;
  /** Resolves when it was asked to end, and nothing of what it holds is left. */
  readonly left: Promise<void>;
  /** 128 + the signal that ended it; null when none did. */
  status(): number | null;
  /** Stops what it holds, unless that is under way: as an interrupt does, so that one that follows kills. */
  stop(why: string | null): void;
  /** Interrupts are somebody else's for now; null: they are its own again. */
  handOver(to: ((signal: InterruptSignal) => void) | null): void;
  dispose(): void;
}

/** How often it is said who is still alive. */
const EVERY_MS = 1_000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export type InterruptSignal = (typeof SIGNALS)[number];

export function onInterrupt(context: CommandContext, what: Held): Interrupt {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const { promise: asked, resolve: begin } = Promise.withResolvers<null>();
  let first: InterruptSignal | null = null;
  let times = 0;
  let other: ((signal: InterruptSignal) => void) | null = null;
  let report: ReturnType<typeof setInterval> | null = null;

  const interrupted = (signal: InterruptSignal): void => {
    if (other !== null) return other(signal);
    first ??= signal;
    // A terminal that goes says so more than once.
    if (signal === "SIGHUP" && times > 0) return;
    end("Stopping; Ctrl-C again kills.");
  };
  const end = (message: string | null): void => {
    times += 1;
    begin(null);
    if (what.held.length === 0) return leave();
    if (times > 2) return;
    const { client, place, say } = context;
    const targets = what.held;
    const input = { ...place, targets, timeoutMs: null, withDependents: false };
    const sinceMs = Date.now();
    // Without a daemon, or when it refuses: the end of this command ends the lease.
    client
      .change(times === 1 ? "stop" : "kill", input)
      .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)))
      .finally(leave);
    const said = times === 1 ? message : "Killing.";
    if (said !== null) say(said);
    report ??= setInterval(() => void sayWhoIsAlive(context, what, sinceMs), EVERY_MS);
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return {
    asked,
    left,
    stop(why) {
      if (times === 0) end(why);
    },
    handOver(to) {
      other = to;
    },
    status: () => (first === null ? null : 128 + constants.signals[first]),
    dispose() {
      if (report !== null) clearInterval(report);
      for (const signal of SIGNALS) process.off(signal, interrupted);
    },
  };
}

async function sayWhoIsAlive(context: CommandContext, what: Held, sinceMs: number): Promise<void> {
  const { say } = context;
  const alive = (await aliveOf(context, what)).filter(({ id }) => what.held.includes(id));
  if (alive.length === 0) return;
  const names = alive.map((it) => `${nameFor(it, alive)} (pid ${it.pid})`).join(", ");
  say(`Still alive after ${ago(Date.now() - sinceMs)}: ${names}`);
}

/** What was up before, and so goes on. */
export async function sayWhatIsLeft(context: CommandContext, what: Held): Promise<void> {
  if (what.held.length === 0) return; // That was said when it began.
  const alive = await aliveOf(context, what);
  const left = alive.filter(({ id }) => !what.held.includes(id));
  if (left.length === 0) return;
  context.say(`Left running: ${left.map((it) => nameFor(it, alive)).join(", ")}.`);
}

async function aliveOf({ client, place }: CommandContext, what: Held): Promise<Status[]> {
  const input = { ...place, project: what.project, targets: [], all: false };
  const statuses = await client.ask("list", input).catch(() => null);
  return (statuses ?? []).filter(({ id, pid }) => pid !== null && what.shown.includes(id));
}
