/** What measuring costs the daemon: every process each second, because thresholds have to be watched. */

import { cpuMs, median, memoryFolder, Place } from "./place.ts";
import type { Row } from "./row.ts";

const CHILDREN = [100, 500] as const;
/** Until the burst of the start is over; then the time that is measured. */
const SETTLE_MS = 6_000;
const MEASURED_MS = 20_000;
const ASKED = 200;

export async function metering(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const children of CHILDREN) {
    const { busyPercent, p99Ms, freshMs } = await measured(children);
    const who = `${children} children measured each second`;
    const mark = children === 100 ? { what: "mark", value: 1 } : null;
    rows.push({ what: `${who}: one core`, value: busyPercent, unit: "%", against: mark });
    const p99 = { what: "mark", value: 20 };
    rows.push({ what: `${who}: a status (p99)`, value: p99Ms, unit: "ms", against: p99 });
    rows.push({
      what: `stats of ${children} children, measured anew`,
      value: freshMs,
      unit: "ms",
      against: null,
    });
  }
  return rows;
}

async function measured(children: number) {
  const threshold = { memory: { warning: "1TB" } };
  const child = { command: ["sleep", "1000"], thresholds: threshold };
  const processes = Object.fromEntries(
    Array.from({ length: children }, (_, nth) => [`p${nth}`, child]),
  );
  await using place = new Place(processes, memoryFolder());
  await place.run("up", "-d", "-q");
  await Bun.sleep(SETTLE_MS);
  const pid = await place.daemonPid();
  const [began, beganMs] = [performance.now(), cpuMs(pid)];
  await Bun.sleep(MEASURED_MS);
  const busyPercent = (100 * (cpuMs(pid) - beganMs)) / (performance.now() - began);
  const waits = await Array.fromAsync({ length: ASKED }, async () => {
    await Bun.sleep(5 + 10 * Math.random());
    return timed(() => place.call("daemon-status", {}));
  });
  const everything = {
    project: null,
    directory: place.directory,
    exact: true,
    files: [],
    targets: [],
  };
  const fresh: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    await Bun.sleep(1_100);
    fresh.push(await timed(() => place.call("stats", { ...everything, all: true, sinceMs: null })));
  }
  const p99Ms = waits.toSorted((one, other) => one - other)[Math.floor(0.99 * ASKED)] ?? Number.NaN;
  return { busyPercent, p99Ms, freshMs: median(fresh) };
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}
