/** What commands cost, their start included. */

import { median, Place, sleepers } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 11;

export async function commands(): Promise<Row[]> {
  const cold: number[] = [];
  for (let time = 0; time < TIMES; time += 1) {
    await using place = new Place(sleepers(1));
    cold.push(await place.run("up", "-d", "-q"));
  }
  await using warm = new Place(sleepers(100));
  await warm.run("up", "-d", "-q");
  const list: number[] = [];
  const empty: number[] = [];
  const status: number[] = [];
  for (let time = 0; time < TIMES * 3; time += 1) {
    list.push(await warm.run("ls", "--json"));
    empty.push(await bare());
    const began = performance.now();
    await warm.call("daemon-status", {});
    status.push(performance.now() - began);
  }
  const floor = { what: "an empty Bun program", value: median(empty) };
  const mark = { what: "mark", value: 1 };
  return [
    {
      what: "up -d of one process, from nothing",
      value: median(cold),
      unit: "ms",
      against: { what: "mark", value: 150 },
    },
    {
      what: "ls --json, 100 processes, warm daemon",
      value: median(list),
      unit: "ms",
      against: floor,
    },
    { what: "status over the socket", value: median(status), unit: "ms", against: mark },
  ];
}

async function bare(): Promise<number> {
  const began = performance.now();
  const child = Bun.spawn([process.execPath, "-e", "0"], { stdio: ["ignore", "ignore", "ignore"] });
  await child.exited;
  return performance.now() - began;
}
