/** What runs use, measured of real processes, with control groups and without. */

import { expect, test } from "bun:test";
import { openCgroups } from "../../src/platform/cgroups.ts";
import { createGauge } from "../../src/platform/gauge.ts";
import { createTreeReader } from "../../src/platform/tree-reader.ts";
import type { MeasuredRun } from "../../src/model/measured-run.ts";
import { type Actor, eventually, Stage } from "./stage.ts";

const IS_LINUX = process.platform === "linux";
const NOW = { maxAgeMs: 0, full: false };
const MB = 1_000_000;

const python = (program: string): string[] => ["python3", "-c", program.replaceAll("\n  ", "\n")];
const runOf = ({ runId, identity }: Actor): MeasuredRun => ({ runId, leader: identity });

const groups = openCgroups();
const WAYS = [
  ["the process table", null],
  ...(groups === null ? [] : [["control groups", groups] as const]),
] as const;

for (const [way, cgroups] of WAYS) {
  const stageOf = (): Stage => new Stage({ cgroups });
  const gaugeOf = () => createGauge(createTreeReader(cgroups));

  test(`by ${way}, CPU time is that of the tree, children that ended included`, async () => {
    await using stage = stageOf();
    const burn = "import time; e = time.process_time() + 0.2\\nwhile time.process_time() < e: pass";
    const program = [
      "import os, subprocess, sys, time",
      'print("ready", flush=True)',
      'while not os.path.exists("go"): time.sleep(0.01)',
      `for _ in range(2): subprocess.run([sys.executable, "-c", "${burn}"])`,
      'print("done", flush=True)',
      "time.sleep(1000)",
    ].join("\n");
    const actor = stage.start(["python3", "-c", program]);
    await stage.says(actor);
    const gauge = gaugeOf();
    await gauge.measure([runOf(actor)], NOW);
    const beganMs = performance.now();
    stage.file("go", "", 0o600);
    await eventually("it to be done", () => actor.stdout().includes("done"));
    // What is measured is a share of the time, so there has to be some.
    await Bun.sleep(Math.max(0, 500 - (performance.now() - beganMs)));
    const use = (await gauge.measure([runOf(actor)], NOW)).get(actor.runId);
    const usedMs = ((use?.cpuPercent ?? 0) * (performance.now() - beganMs)) / 100;
    expect(usedMs).toBeWithin(350, 900);
  }, 30_000);

  test(`by ${way}, memory is that of the tree, and what its processes share counts once`, async () => {
    await using stage = stageOf();
    const hold = (mb: number): string =>
      `import time; x = bytearray(${mb} * 1000000); print('ready', flush=True); time.sleep(1000)`;
    const one = stage.start(["python3", "-c", hold(60)]);
    const both = stage.start([
      "sh",
      "-c",
      `python3 -c "${hold(60)}" & python3 -c "${hold(60)}"; true`,
    ]);
    await eventually("both to be ready", () => both.stdout().split("ready").length === 3);
    await stage.says(one);
    const uses = await gaugeOf().measure([runOf(one), runOf(both)], NOW);
    const [single, double] = [one, both].map((it) => uses.get(it.runId)?.memoryBytes ?? 0);
    expect(single).toBeWithin(60 * MB, 90 * MB);
    expect(double).toBeWithin(120 * MB, 2 * (single ?? 0));
  }, 30_000);

  test.skipIf(!IS_LINUX)(
    `by ${way}, descriptors, threads and connections are counted`,
    async () => {
      await using stage = stageOf();
      const program = `
  import socket, threading, time
  files = [open("/dev/null") for _ in range(40)]
  server = socket.create_server(("127.0.0.1", 0))
  ends = [socket.create_connection(server.getsockname()) for _ in range(3)]
  ends += [server.accept()[0] for _ in range(3)]
  for _ in range(4): threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
  print("ready", flush=True); time.sleep(1000)
`;
      const actor = stage.start(python(program.trim()));
      await stage.says(actor);
      const gauge = gaugeOf();
      const plain = (await gauge.measure([runOf(actor)], NOW)).get(actor.runId);
      expect(plain).toMatchObject({ threads: 5, fds: null, connections: null });
      const full = await gauge.measure([runOf(actor)], { maxAgeMs: 60_000, full: true });
      expect(full.get(actor.runId)?.fds).toBeWithin(50, 56);
      // Three from one end, and the same three from the other.
      expect(full.get(actor.runId)?.connections).toBe(6);
    },
    30_000,
  );

  test.skipIf(!IS_LINUX)(`by ${way}, one that is gone is not in the answer`, async () => {
    await using stage = stageOf();
    const [stays, goes] = [stage.start(["sleep", "1000"]), stage.start(["true"])];
    await goes.exit;
    const gauge = gaugeOf();
    const uses = await gauge.measure([runOf(goes), runOf(stays)], NOW);
    expect([...uses.keys()]).toEqual([stays.runId]);
    expect(gauge.last(goes.runId)).toBeNull();
  });
}

test("a measurement that is new enough serves again", async () => {
  await using stage = new Stage();
  const actor = stage.start(["sleep", "1000"]);
  const gauge = createGauge(createTreeReader(null));
  const measure = async (maxAgeMs: number) => {
    const uses = await gauge.measure([runOf(actor)], { maxAgeMs, full: false });
    return uses.get(actor.runId);
  };
  const first = await measure(0);
  expect(await measure(60_000)).toBe(first);
  expect(await measure(0)).not.toBe(first);
});

test("what a run used since its start is not told of one that is old", async () => {
  const counted = { memoryBytes: 1, fds: 1, threads: 1, readBytes: null, writeBytes: null };
  const reader = {
    async read(runs: readonly MeasuredRun[]) {
      const cpu = { kind: "sum", ms: 9_000_000 } as const;
      return new Map(runs.map(({ runId }) => [runId, { ...counted, connections: null, cpu }]));
    },
  };
  const init = { runId: "init", leader: { pid: 1, startTicks: "1" } };
  const uses = await createGauge(reader).measure([init], NOW);
  expect(uses.get("init")?.cpuPercent).toBeNull();
});
