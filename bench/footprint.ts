/** What an idle daemon with 100 children costs. */

import { readdirSync, readFileSync } from "node:fs";
import { cpuMs, memoryKb, Place, sleepers } from "./place.ts";
import type { Row } from "./row.ts";

const CHILDREN = 100;
/** Until the burst of the start is over and its memory given back; then the time that is measured. */
const SETTLE_MS = 6_000;
const MEASURED_MS = 20_000;

export async function footprint(): Promise<Row[]> {
  await using place = new Place(sleepers(CHILDREN));
  await place.run("daemon", "start", "-q");
  const pid = await place.daemonPid();
  const before = descriptors(pid);
  await place.run("up", "-d", "-q");
  await Bun.sleep(SETTLE_MS);
  const began = cpuMs(pid);
  await Bun.sleep(MEASURED_MS);
  const busyMs = cpuMs(pid) - began;
  const fds = (descriptors(pid) - before) / CHILDREN;
  const mark = (value: number) => ({ what: "mark", value });
  return [
    {
      what: "daemon, 100 idle children: resident",
      value: memoryMb(pid, "Rss"),
      unit: "MB",
      against: mark(60),
    },
    {
      what: "daemon, 100 idle children: private",
      value: memoryMb(pid, "Private_Dirty"),
      unit: "MB",
      against: mark(20),
    },
    { what: "descriptors a child", value: fds, unit: "fds", against: mark(6) },
    {
      what: "idle, share of a core",
      value: (100 * busyMs) / MEASURED_MS,
      unit: "%",
      against: mark(0.1),
    },
  ];
}

/** With that of the process that holds its pipes. */
function memoryMb(daemon: number, field: "Rss" | "Private_Dirty"): number {
  const children = readFileSync(`/proc/${daemon}/task/${daemon}/children`, "latin1");
  const holders = children.split(" ").filter((pid) => pid !== "" && isHolder(pid));
  const parts = [daemon, ...holders.map(Number)].map((pid) => memoryKb(pid, field));
  return parts.reduce((sum, kb) => sum + kb, 0) / 1_000;
}

function isHolder(pid: string): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, "latin1").endsWith(".holder\0");
}

/** Those of all of its threads: the log worker has its own. Wakers are counted for each table, which are few. */
function descriptors(pid: number): number {
  const tables = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const names = readdirSync(`/proc/${pid}/task/${thread}/fd`);
    return { size: names.length, key: names.join() };
  });
  return [...new Map(tables.map(({ size, key }) => [key, size])).values()].reduce(
    (sum, size) => sum + size,
    0,
  );
}
