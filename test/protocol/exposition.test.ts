import { expect, test } from "bun:test";
import { exposition } from "../../src/protocol/exposition.ts";
import type { DaemonStatus } from "../../src/protocol/shapes.ts";
import type { Status } from "../../src/protocol/status.ts";

const daemon: DaemonStatus = {
  version: "1.2.3",
  protocol: 1,
  pid: 1,
  startTicks: "1",
  home: "/h",
  startedAt: "2026-01-01T00:00:00.000Z",
  bunVersion: "1.4.5",
  projects: 1,
  instances: { running: 1 },
  lastSeq: 7,
  memoryBytes: 1_000,
};

const status = {
  project: "shop",
  process: 'a"b\\c',
  instance: 2,
  state: "running",
  health: "critical",
  ready: true,
  pid: 42,
  restarts: 3,
  startedAt: "2026-01-01T00:00:10.000Z",
  cpuPercent: 150,
  memoryBytes: 2_048,
  fds: null,
  threads: 4,
  io: { readBytes: 1, writeBytes: null },
  net: { connections: 0, rxBytes: null, txBytes: null },
  logs: { stdout: "", stderr: "", droppedBytes: 9, captured: true },
} as Status;

const told = {
  project: status.project,
  process: status.process,
  instance: status.instance,
  metrics: [{ name: "queue.length", value: 7, time: "2026-01-01T00:00:00.000Z", points: null }],
};
const lines = exposition(daemon, [status], [told]).trimEnd().split("\n");

test("each family has its help and its type once, before its samples", () => {
  const families = lines.flatMap((line) => /^# HELP (\S+) \S/.exec(line)?.[1] ?? []);
  expect(families).toEqual([...new Set(families)]);
  for (const name of families) {
    const at = lines.findIndex((line) => line.startsWith(`# HELP ${name} `));
    expect(lines[at + 1]).toMatch(new RegExp(`^# TYPE ${name} (gauge|counter)$`));
    expect(lines[at + 2]).toMatch(new RegExp(`^${name}(\\{.*\\})? -?[\\d.]+$`));
  }
});

test("counters end in _total, and nothing else does", () => {
  const types = lines.flatMap((line) => [/^# TYPE (\S+) (\S+)$/.exec(line) ?? []].flat(0));
  for (const [, name, type] of types) {
    if (name !== undefined)
      expect([name, name.endsWith("_total")]).toEqual([name, type === "counter"]);
  }
});

const labels = 'project="shop",process="a\\"b\\\\c",instance="2"';

test("values are in the units of Prometheus, and labels are escaped", () => {
  expect(lines).toContain(`procman_process_cpu_cores{${labels}} 1.5`);
  expect(lines).toContain(`procman_process_start_time_seconds{${labels}} 1767225610`);
  expect(lines).toContain(`procman_process_state{${labels},state="running"} 1`);
  expect(lines).toContain(`procman_process_state{${labels},state="failed"} 0`);
});

test("what a program tells of itself has its name", () => {
  expect(lines).toContain(`procman_process_told{${labels},name="queue.length"} 7`);
});

test("one that is critical is not up", () => {
  expect(lines).toContain(`procman_process_up{${labels}} 0`);
});

test("what is not known is not told", () => {
  expect(lines.filter((line) => /open_fds|written_bytes/.test(line))).toEqual([]);
});
