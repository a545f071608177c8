/** Starting and stopping many, beside a loop of `Bun.spawn` with the same pipes; and a crash's next run. */

import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { median, memoryFolder, p99, Place, sleepers } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 5;

export async function startStop(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const count of [100, 500, 2_000]) {
    const times = count > 500 ? 1 : TIMES;
    const [ours, floor, stops]: [number[], number[], number[]] = [[], [], []];
    for (let time = 0; time < times; time += 1) {
      await using place = new Place(sleepers(count), memoryFolder());
      await place.run("up", "-d", "-q", "p0");
      floor.push(await bareLoop(count));
      await place.run("up", "-d", "-q");
      ours.push(startedWithin(place));
      const began = performance.now();
      const where = { project: "bench", directory: "/", exact: false, files: [] };
      await place.call("stop", {
        ...where,
        targets: ["all"],
        timeoutMs: null,
        withDependents: false,
      });
      stops.push(performance.now() - began);
    }
    const bare = { what: "bare Bun.spawn", value: median(floor) };
    rows.push({
      what: `start of ${count} processes`,
      value: median(ours),
      unit: "ms",
      against: bare,
    });
    rows.push({
      what: `stop of ${count} cooperative processes`,
      value: median(stops),
      unit: "ms",
      against: count === 100 ? { what: "mark", value: 300 } : null,
    });
  }
  return [...rows, await answersMeanwhile(), await crash()];
}

/** From the first event of the last command to the start of the last process. */
function startedWithin(place: Place): number {
  const pending = place.timesOf("process.pending")[1] ?? Number.NaN;
  return Math.max(...place.timesOf("process.started")) - pending;
}

/** FIFOs made and opened as the daemon does it. */
async function bareLoop(count: number): Promise<number> {
  const directory = mkdtempSync(join(memoryFolder(), "procman-bench-"));
  const names = Array.from({ length: count }, (_, nth) => `p${nth}`);
  const began = performance.now();
  const fifos = names.flatMap((name) => [
    join(directory, `${name}.out`),
    join(directory, `${name}.err`),
  ]);
  Bun.spawnSync(["mkfifo", ...fifos]);
  const children = names.map((name) => {
    const open = (end: string) => openSync(join(directory, `${name}.${end}`), constants.O_RDWR);
    const [out, err] = [open("out"), open("err")];
    const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", out, err], detached: true });
    closeSync(out);
    closeSync(err);
    return child;
  });
  const took = performance.now() - began;
  for (const child of children) child.kill("SIGKILL");
  await Promise.all(children.map((it) => it.exited));
  rmSync(directory, { recursive: true });
  return took;
}

/** What the daemon's loop is held up by while it starts many, as whoever asks meanwhile feels it. */
async function answersMeanwhile(): Promise<Row> {
  const one = { command: ["sleep", "1000"], ready: { after: "50ms" } };
  const names = Array.from({ length: 200 }, (_, nth) => `p${nth}`);
  const processes = Object.fromEntries(names.map((name) => [name, one]));
  await using place = new Place(processes, memoryFolder());
  await place.run("daemon", "start", "-q");
  const up = place.spawn(["up", "-d", "--wait", "-q"], null);
  const answers: number[] = [];
  while (up.exitCode === null) {
    const began = performance.now();
    await place.call("daemon-status", {});
    answers.push(performance.now() - began);
    await Bun.sleep(1);
  }
  return {
    what: "a status answer while 200 processes start (p99)",
    value: p99(answers),
    unit: "ms",
    against: { what: "mark", value: 50 },
  };
}

/** From the end of one run to the start of the next, less the backoff. */
async function crash(): Promise<Row> {
  const backoff = { initial: "100ms", factor: 1, jitter: 0 };
  const restart = { max: 20, window: "10m", backoff };
  await using place = new Place({ p: { command: "sh -c 'exit 1'", restart } });
  await place.run("up", "-d", "-q");
  for (;;) {
    const ends = place.timesOf("process.exited");
    const starts = place.timesOf("process.started").slice(1);
    if (starts.length < 15) {
      await Bun.sleep(100);
      continue;
    }
    const gaps = starts.map((start, nth) => start - (ends[nth] ?? start) - 100);
    return {
      what: "a crash's next run, over the backoff",
      value: Math.max(0, median(gaps)),
      unit: "ms",
      against: { what: "mark", value: 10 },
    };
  }
}
