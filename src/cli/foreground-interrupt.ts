/** Ctrl-C in the foreground: the first stops what is held and says who is still there, the second kills it. */

import { constants } from "node:os";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";
import { ago } from "./render/status-table.ts";

export interface Interrupt {
  /** Resolves when there is nothing to stop: the command just leaves. */
  readonly left: Promise<void>;
  /** 128 + the signal that ended it; null when none did. */
  status(): number | null;
  dispose(): void;
}

/** How often it is said who is still alive. */
const EVERY_MS = 1_000;

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function onInterrupt(context: CommandContext, what: Held): Interrupt {
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  let first: (typeof SIGNALS)[number] | null = null;
  let times = 0;
  let report: ReturnType<typeof setInterval> | null = null;

  const interrupted = (signal: (typeof SIGNALS)[number]): void => {
    first ??= signal;
    times += 1;
    if (what.held.length === 0) return leave();
    if (times > 2) return;
    const { client, place, say } = context;
    const targets = what.held;
    say(times === 1 ? "Stopping; Ctrl-C again kills." : "Killing.");
    const asked = { ...place, targets, timeoutMs: null, withDependents: false };
    const sinceMs = Date.now();
    client.change(times === 1 ? "stop" : "kill", asked).catch((error: unknown) => {
      say(error instanceof Error ? error.message : String(error));
    });
    report ??= setInterval(() => void sayWhoIsAlive(context, what, sinceMs), EVERY_MS);
  };
  for (const signal of SIGNALS) process.on(signal, interrupted);
  return {
    left,
    status: () => (first === null ? null : 128 + constants.signals[first]),
    dispose() {
      if (report !== null) clearInterval(report);
      for (const signal of SIGNALS) process.off(signal, interrupted);
    },
  };
}

async function sayWhoIsAlive(context: CommandContext, what: Held, sinceMs: number): Promise<void> {
  const { client, place, say } = context;
  const input = { ...place, project: what.project, targets: [], all: false };
  const statuses = await client.ask("list", input).catch(() => null);
  const alive = (statuses ?? []).filter(({ id, pid }) => pid !== null && what.held.includes(id));
  if (alive.length === 0) return;
  const names = alive.map(({ name, pid }) => `${name} (pid ${pid})`).join(", ");
  say(`Still alive after ${ago(Date.now() - sinceMs)}: ${names}`);
}
