/** Logs that cannot be written: a full disk, something in the way. What runs goes on or waits, what is asked is
 *  answered, and the files go on by themselves when they can be written again. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";
import { SmallDisk } from "./small-disk.ts";

// What the sandbox sets holds for the first file of a test process only.
setDefaultTimeout(120_000);

/** Only root may mount a small disk. */
const MOUNTS = process.platform === "linux" && process.getuid?.() === 0;
/** A kilobyte a line: what is left of the last page of a full disk is full soon. */
const WRITER = "while :; do printf '%01000d\\n' 0; sleep 0.01; done";
const TICKER = "while :; do echo x; sleep 0.01; done";

test("a file where the folder of a project's logs was: told once, stop comes back, and logs go on without it", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: { a: TICKER, b: TICKER },
  });
  await sandbox.ok("up", "-d", "--wait");
  const logs = join(sandbox.home, "logs", "shop");
  await eventually("a file to be in the way", async () => {
    rmSync(logs, { recursive: true, force: true });
    try {
      writeFileSync(logs, "in the way");
      return { value: null, done: true };
    } catch {
      return { value: null, done: false }; // The folder was made again just now.
    }
  });
  await eventually("the trouble to be told", async () => {
    const told = troubles(sandbox);
    return { value: told, done: told.filter((it) => it.includes("cannot write")).length >= 2 };
  });
  await Bun.sleep(1_000); // The time is what is tested: a flood of messages would be in it.
  // Two processes; a file that was deleted under a stream is one cause, the folder another, and it may take some tries to
  // come between. A flood would be a hundred.
  expect(troubles(sandbox).length).toBeLessThanOrEqual(12);
  await sandbox.ok("stop", "a");
  rmSync(logs);
  const text = await eventually("the log of b to come back", async () => {
    const path = join(logs, "b.1.stdout.log");
    const found = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { value: found, done: found.startsWith("x\nx\n") };
  });
  expect(text.replaceAll("x\n", "")).toBe("");
});

test("a folder where a log file is to be: the process starts, stops, and its output is there once the folder is gone", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { a: "echo one; sleep 100" } });
  const path = join(sandbox.home, "logs", "shop", "a.1.stdout.log");
  mkdirSync(join(path, "in the way"), { recursive: true, mode: 0o700 });
  await sandbox.ok("up", "-d", "--wait");
  rmSync(path, { recursive: true });
  await eventually("the log to be written", async () => {
    const found = existsSync(path) ? readFileSync(path, "utf8") : "";
    return { value: found, done: found === "one\n" };
  });
  await sandbox.ok("stop", "a");
});

test("an index that cannot be written does not keep a byte from its file", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { a: "echo one; sleep 100" } });
  const logs = join(sandbox.home, "logs", "shop");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  writeFileSync(join(logs, ".index"), "in the way");
  await sandbox.ok("up", "-d", "--wait");
  await eventually("the log to be written", async () => {
    const found = await sandbox.ok("logs", "a", "--no-prefix");
    return { value: found, done: found === "one\n" };
  });
});

test.skipIf(!MOUNTS)(
  "a full disk: told once, stop comes back, and starts again work as soon as there is room",
  async () => {
    await using sandbox = new Sandbox({
      name: "shop",
      processes: { b: { command: WRITER, log: { maxSize: "100KB", maxFiles: 1 } } },
    });
    using disk = new SmallDisk(join(sandbox.home, "logs"));
    await sandbox.ok("up", "-d", "--wait");
    disk.fill();
    await eventually("the trouble to be told", async () => {
      const told = troubles(sandbox);
      return { value: told, done: told.some((it) => it.includes("the disk is full")) };
    });
    await Bun.sleep(1_000); // The time is what is tested: a flood of messages would be in it.
    expect(troubles(sandbox).length).toBeLessThanOrEqual(2);
    await sandbox.ok("stop", "b");
    disk.free();
    await sandbox.ok("start", "b");
    const { logs } = await sandbox.status("b");
    const before = readFileSync(logs.stdout).length;
    await eventually("the log to grow", async () => {
      const bytes = readFileSync(logs.stdout).length;
      return { value: bytes, done: bytes > before };
    });
  },
);

test.skipIf(!MOUNTS)(
  "F37: on a full disk processes go on, losses are counted and told, and logs resume with whole lines; one that is to block waits and loses nothing",
  async () => {
    const counter = (name: string, onFull: string) => ({
      command: [join(FIXTURES, "counter.sh"), name],
      log: { maxSize: "150KB", maxFiles: 0, onFull },
    });
    await using sandbox = new Sandbox({
      name: "shop",
      processes: { drops: counter("drops", "drop"), blocks: counter("blocks", "block") },
    });
    using disk = new SmallDisk(join(sandbox.home, "logs"));
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await sandbox.daemon();
    disk.fill();
    await sandbox.until("drops", ({ logs }) => logs.droppedBytes > 100_000);
    const before = Number(sandbox.read("drops"));
    await eventually("the process to go on", async () => {
      const count = Number(sandbox.read("drops"));
      return { value: count, done: count > before + 50 };
    });
    expect((await sandbox.status("blocks")).logs.droppedBytes).toBe(0);
    const blockedAt = sandbox.read("blocks");
    disk.free();
    const freedAt = performance.now();
    const { logs } = await sandbox.status("drops");
    await eventually("both logs to grow", async () => {
      const text = readFileSync(logs.stdout, "latin1");
      const blocks = sandbox.read("blocks");
      return {
        value: { text: text.slice(-30), blocks },
        done: numbersIn(text).some((it) => it > before) && Number(blocks) > Number(blockedAt) + 50,
      };
    });
    expect(performance.now() - freedAt).toBeLessThan(5_000);
    expect((await sandbox.daemon()).pid).toBe(pid);
    expect((await sandbox.status("drops")).runId).not.toBeNull();
    await sandbox.ok("stop", "all");
    const kept = numbersIn(readFileSync(logs.stdout, "latin1"));
    // One line may have lost its end, where the disk was full; none is joined to another.
    expect(kept.every((it) => Number.isSafeInteger(it))).toBe(true);
    expect(kept).toEqual(kept.toSorted((one, other) => one - other));
    const blocked = numbersIn(readFileSync(logs.stdout.replace("drops", "blocks"), "latin1"));
    expect(blocked).toEqual(blocked.map((_, nth) => (blocked[0] ?? 0) + nth));
    const dropped = (await sandbox.events()).filter(({ type }) => type === "log.dropped");
    expect(dropped.map(({ data }) => [data["stream"], data["isOver"]])).toEqual([
      ["stdout", false],
      ["stdout", true],
    ]);
  },
);

/** Of the lines that are whole; a line that is two joined has none. */
function numbersIn(text: string): number[] {
  return text
    .split("\n")
    .slice(0, -1)
    .filter((line) => line.length >= 1_000)
    .map((line) => Number(/^(\d+) 0+$/.exec(line)?.[1] ?? Number.NaN));
}

/** What the daemon told of its log files. */
function troubles(sandbox: Sandbox): string[] {
  const text = readFileSync(join(sandbox.home, "daemon.log"), "utf8");
  return text.split("\n").filter((line) => line.includes("[logs]"));
}
