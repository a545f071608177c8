/** What messages between two programs cost: how many come through in a second, and what others notice of it. */

import { join } from "node:path";
import { cpuMs, p99, Place } from "./place.ts";
import type { Row } from "./row.ts";

/** Until what may be said at once is said. */
const SETTLE_MS = 7_000;
const MEASURED_MS = 5_000;
const ASK_EVERY_MS = 20;

const KINDS = [
  { how: "send", bytes: 100 },
  { how: "publish", bytes: 100 },
  { how: "send", bytes: 100_000 },
  { how: "stream", bytes: 30_000 },
] as const;

export async function messages(): Promise<Row[]> {
  const command = ["bun", join(import.meta.dir, "messenger.ts")];
  const talker = { command, restart: "no", ready: { ipc: true } };
  await using place = new Place({ sink: talker, source: talker });
  await place.run("up", "-d", "-q", "--wait");
  const { p99Ms } = await measured(place, MEASURED_MS);
  const rows: Row[] = [
    { what: "nothing is said: status, p99", value: p99Ms, unit: "ms", against: null },
  ];
  for (const kind of KINDS) {
    const told = JSON.stringify({ ...kind, forMs: SETTLE_MS + MEASURED_MS });
    const over = place.run("send", "source", told, "--reply", "--timeout", "60s", "-q");
    const atOnce = await measured(place, SETTLE_MS / 3);
    await Bun.sleep(SETTLE_MS - SETTLE_MS / 3);
    const forLong = await measured(place, MEASURED_MS);
    await over;
    const what = `${kind.how}, ${kind.bytes / 1_000} KB`;
    const row = (more: string, value: number, unit: string, mark?: number): Row => ({
      what: `${what}: ${more}`,
      value,
      unit,
      against: mark === undefined ? null : { what: "mark", value: mark },
    });
    rows.push(
      row("at first", atOnce.perSecond, "a second"),
      row("daemon, for each", (1_000 * atOnce.daemonMs) / atOnce.count, "µs"),
      row("status meanwhile, p99", atOnce.p99Ms, "ms", 20),
      row("for long", forLong.perSecond, "a second"),
      row("status meanwhile, p99", forLong.p99Ms, "ms", 20),
    );
  }
  return rows;
}

async function measured(place: Place, forMs: number) {
  const pid = await place.daemonPid();
  const [beganMs, began, before] = [cpuMs(pid), performance.now(), await counted(place)];
  const waits: number[] = [];
  while (performance.now() - began < forMs) {
    const asked = performance.now();
    await place.call("daemon-status", {});
    waits.push(performance.now() - asked);
    await Bun.sleep(ASK_EVERY_MS);
  }
  const count = (await counted(place)) - before;
  const seconds = (performance.now() - began) / 1_000;
  return { count, perSecond: count / seconds, daemonMs: cpuMs(pid) - beganMs, p99Ms: p99(waits) };
}

async function counted(place: Place): Promise<number> {
  const { results } = (await place.call("message", {
    project: "bench",
    directory: place.directory,
    exact: false,
    files: [],
    targets: ["sink"],
    message: "count",
    replyWithinMs: 10_000,
  })) as { results: readonly { reply: number }[] };
  return results[0]?.reply ?? Number.NaN;
}
