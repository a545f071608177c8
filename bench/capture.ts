/** Capturing output, beside `cat` from a pipe to a file; and what ten floods at once do to the daemon's answers. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, memoryKb, median, Place } from "./place.ts";
import type { Row } from "./row.ts";

const BYTES = 1_000_000_000;
const TIMES = 3;
const log = { maxSize: "100GB", compress: false };

export async function capture(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, block] of [
    ["64 KiB", 65_536],
    ["4 KiB", 4_096],
  ] as const) {
    const source = `dd if=/dev/zero bs=${block} count=${Math.round(BYTES / block)} status=none`;
    const [walls, floors, cpus, memory]: [number[], number[], number[], number[]] = [
      [],
      [],
      [],
      [],
    ];
    for (let time = 0; time < TIMES; time += 1) {
      floors.push(await bareCat(source));
      await using place = new Place({ p: { command: ["sh", "-c", source], restart: "no", log } });
      await place.run("daemon", "start", "-q");
      const pid = await place.daemonPid();
      const [cpu, kb] = [cpuMs(pid), memoryKb(pid, "Rss")];
      const began = performance.now();
      await place.run("up", "-d", "-q");
      await place.run("wait", "p", "--for", "succeeded", "-q");
      walls.push(performance.now() - began);
      cpus.push(cpuMs(pid) - cpu);
      memory.push(memoryKb(pid, "Rss") - kb);
      const { size } = statSync(join(place.home, "logs/bench/p.1.stdout.log"));
      if (size < BYTES * 0.99) throw new Error(`only ${size} bytes were captured`);
    }
    const cat = { what: "cat", value: median(floors) };
    rows.push(
      {
        what: `1 GB in ${name} writes, commands included`,
        value: median(walls),
        unit: "ms",
        against: cat,
      },
      {
        what: `1 GB in ${name} writes: the daemon's CPU time`,
        value: median(cpus),
        unit: "ms",
        against: null,
      },
      {
        what: `1 GB in ${name} writes: growth of the daemon`,
        value: median(memory) / 1_000,
        unit: "MB",
        against: null,
      },
    );
  }
  return [...rows, await answersUnderFlood()];
}

async function bareCat(source: string): Promise<number> {
  await using place = new Place({ p: "true" });
  await place.run("daemon", "start", "-q");
  const began = performance.now();
  Bun.spawnSync(["sh", "-c", `${source} | cat > "${place.root}/out"`]);
  return performance.now() - began;
}

async function answersUnderFlood(): Promise<Row> {
  const flood = {
    command: ["sh", "-c", "while :; do seq 1 100000; done"],
    log: { ...log, maxSize: "16MiB", maxFiles: 2 },
  };
  const names = Array.from({ length: 10 }, (_, nth) => `flood${nth}`);
  await using place = new Place(Object.fromEntries(names.map((name) => [name, flood])));
  await place.run("up", "-d", "-q");
  const answers: number[] = [];
  for (let time = 0; time < 400; time += 1) {
    const began = performance.now();
    await place.call("daemon-status", {});
    answers.push(performance.now() - began);
    await Bun.sleep(10);
  }
  const sorted = answers.toSorted((one, other) => one - other);
  const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
  return {
    what: "a status answer while ten processes flood (p99)",
    value: p99,
    unit: "ms",
    against: { what: "mark", value: 20 },
  };
}
