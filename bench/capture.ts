/** Capturing output, beside `cat` from a pipe to a file; and what ten floods at once do to the daemon's answers. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, memoryKb, median, p99, Place } from "./place.ts";
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
    const [ours, cats]: [Captured[], Captured[]] = [[], []];
    for (let time = 0; time < TIMES; time += 1) {
      cats.push(await bareCat(source));
      ours.push(await captured(source));
    }
    const middle = (of: readonly Captured[], key: keyof Captured) =>
      median(of.map((it) => it[key]));
    const row = (what: string, key: "wallMs" | "cpuMs"): Row => ({
      what: `1 GB in ${name} writes${what}`,
      value: middle(ours, key),
      unit: "ms",
      against: { what: "cat", value: middle(cats, key) },
    });
    rows.push(row("", "wallMs"), row(": CPU time", "cpuMs"), {
      what: `1 GB in ${name} writes: growth of the daemon`,
      value: middle(ours, "grownKb") / 1_000,
      unit: "MB",
      against: null,
    });
  }
  return [...rows, await piped(), await answersUnderFlood()];
}

/** `| procman capture NAME`, with the rotation and compression that are the default. */
async function piped(): Promise<Row> {
  await using place = new Place({ p: "true" });
  await place.run("daemon", "start", "-q");
  const line = "2026-01-31T10:00:00.000Z INFO handled path=/api/items/12345 status=200 took=12ms";
  place.shell(`yes '${line}' | head -c ${BYTES} > source`);
  const [ours, cats]: [number[], number[]] = [[], []];
  for (let time = 0; time < TIMES; time += 1) {
    cats.push(place.shell("cat source | cat > out"));
    ours.push(place.shell("cat source | $PROCMAN capture piped"));
  }
  const against = { what: "cat", value: median(cats) };
  return { what: "1 GB from a pipe, rotated", value: median(ours), unit: "ms", against };
}

interface Captured {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly grownKb: number;
}

/** From the start of the process until all that it wrote is in its file. */
async function captured(source: string): Promise<Captured> {
  await using place = new Place({ p: { command: ["sh", "-c", source], restart: "no", log } });
  await place.run("daemon", "start", "-q");
  const pid = await place.daemonPid();
  const [cpu, kb] = [cpuMs(pid), memoryKb(pid, "Rss")];
  await place.run("up", "-d", "-q");
  await place.run("wait", "p", "--for", "succeeded", "-q");
  const { size } = statSync(join(place.home, "logs/bench/p.1.stdout.log"));
  if (size < BYTES * 0.99) throw new Error(`only ${size} bytes were captured`);
  const began = await place.timeOf("process.started");
  const ended = await place.timeOf("process.completed");
  return {
    wallMs: ended - began,
    cpuMs: cpuMs(pid) - cpu,
    grownKb: memoryKb(pid, "Rss") - kb,
  };
}

async function bareCat(source: string): Promise<Captured> {
  await using place = new Place({ p: "true" });
  await place.run("daemon", "start", "-q");
  const began = performance.now();
  const shell = Bun.spawnSync(["sh", "-c", `${source} | { cat > "${place.root}/out"; times; }`]);
  const wallMs = performance.now() - began;
  // The last line of `times` is what the children of that shell took: `0m0.010s 0m0.230s`.
  const times = shell.stdout.toString().trim().split("\n").at(-1) ?? "";
  const seconds = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, m, s]) => 60 * Number(m) + Number(s),
  );
  return { wallMs, cpuMs: 1_000 * seconds.reduce((sum, it) => sum + it, 0), grownKb: 0 };
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
  return {
    what: "a status answer while ten processes flood (p99)",
    value: p99(answers),
    unit: "ms",
    against: { what: "mark", value: 20 },
  };
}
