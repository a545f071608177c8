/** The tables of `stats`. */

import { expect, test } from "bun:test";
import { historyTable, useTable } from "../../../src/cli/render/stats-table.ts";
import type { Stats, StatsHistory } from "../../../src/protocol/stats.ts";

const WIDE = { showProject: false, width: null };
const BEGAN_MS = Date.parse("2026-01-01T00:00:00Z");

const USED: Stats = {
  id: "shop/api.1",
  project: "shop",
  name: "api.1",
  process: "api",
  instance: 1,
  state: "running",
  pid: 7,
  uptimeMs: 61_000,
  cpuPercent: 2.3,
  memoryBytes: 61_400_000,
  fds: 23,
  threads: 9,
  io: { readBytes: 0, writeBytes: 1_240_000 },
  net: { connections: 3, rxBytes: null, txBytes: null },
  metrics: [],
  history: null,
};
const IDLE: Stats = {
  ...USED,
  process: "off",
  name: "off.1",
  id: "shop/off.1",
  uptimeMs: null,
  cpuPercent: null,
  memoryBytes: null,
  fds: null,
  threads: null,
  io: { readBytes: null, writeBytes: null },
  net: { connections: null, rxBytes: null, txBytes: null },
};

test("what is used now stands in a row each, with a stroke for what is not known", () => {
  expect(useTable([USED, IDLE], WIDE)).toEqual([
    "NAME    CPU    MEM  FDS  THREADS  READ  WRITTEN  CONNS  UPTIME",
    "api   2.3 %  61 MB   23        9   0 B   1.2 MB      3   1m 1s",
    "off       -      -    -        -     -        -      -       -",
  ]);
});

test("on a narrow terminal the name, CPU and memory are left at last", () => {
  expect(useTable([USED], { showProject: true, width: 30 })[0]).toBe("PROJECT  NAME    CPU    MEM");
});

const historyOf = (
  values: readonly (readonly [second: number, cpu: number | null])[],
): StatsHistory => ({
  since: new Date(BEGAN_MS).toISOString(),
  cpuPercent: { min: 0, mean: 5, max: 10 },
  memoryBytes: null,
  points: values.map(([second, cpuPercent]) => {
    const time = new Date(BEGAN_MS + second * 1_000).toISOString();
    return { time, cpuPercent, memoryBytes: null };
  }),
});
const courseOf = (values: readonly (readonly [number, number | null])[]): string => {
  const [, line = ""] = historyTable([{ ...USED, history: historyOf(values) }], WIDE);
  return /10 %  (.{20})/.exec(line)?.[1] ?? line;
};

test.each([
  ["a rise", [...Array(20).keys()].map((at) => [at, at] as const), "▁▁▁▂▂▃▃▃▄▄▅▅▆▆▆▇▇███"],
  [
    "a value that lasts until the next",
    [
      [0, 0],
      [10, 8],
      [20, 8],
    ] as const,
    "▁▁▁▁▁▁▁▁▁▁██████████",
  ],
  [
    "a time in which nothing was measured",
    [
      [0, 5],
      [100, 5],
    ] as const,
    "█                  █",
  ],
  [
    "what is not known",
    [
      [0, 5],
      [10, null],
      [20, 5],
    ] as const,
    "██████████         █",
  ],
])("the course shows %s", (_, values, expected) => {
  expect(courseOf(values)).toBe(expected);
});

test("without history there is a stroke in each place", () => {
  expect(historyTable([USED], WIDE)).toEqual([
    "NAME  CPU MIN  MEAN  MAX  COURSE  MEM MIN  MEAN  MAX  COURSE",
    "api         -     -    -                -     -    -",
  ]);
});
