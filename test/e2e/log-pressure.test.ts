/** Output under pressure: sinks that take nothing, readers that stall, bursts before an exit, rotation at speed. The
 *  child waits or the reader misses something and is told; the daemon's memory stays what it is. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

// What the sandbox sets holds for the first file of a test process only.
setDefaultTimeout(120_000);

const SOAK = process.env["PROCMAN_SOAK"] === "1";
const MEGABYTE = 1024 * 1024;

const flood = (name: string, log: Record<string, unknown> = {}) => ({
  command: [process.execPath, join(FIXTURES, "flood.ts"), name],
  log: { maxSize: "1MiB", maxFiles: 3, compress: false, ...log },
});

test("F32: a log that takes nothing makes the child wait, costs the daemon neither memory nor time, and goes on without a gap", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: { a: flood("a", { maxSize: "100MiB", maxFiles: 100, onFull: "block" }) },
  });
  const logs = join(sandbox.home, "logs", "shop");
  mkdirSync(logs, { recursive: true, mode: 0o700 });
  mkdirSync(sandbox.home, { recursive: true, mode: 0o700 });
  // Every write to it fails as on a full disk.
  symlinkSync("/dev/full", join(logs, "a.1.stdout.log"));
  await sandbox.ok("up", "-d");
  const { pid } = await sandbox.status("a");
  await eventually("the child to wait for its pipe", async () => {
    const stack = readFileSync(`/proc/${pid}/wchan`, "utf8");
    return { value: stack, done: stack.includes("pipe") };
  });
  const before = await sandbox.daemon();
  const ticksBefore = cpuTicks(before.pid);
  await Bun.sleep(SOAK ? 60_000 : 2_000); // The time is what is tested: nothing may grow in it.
  const after = await sandbox.daemon();
  expect(after.memoryBytes - before.memoryBytes).toBeLessThan(10 * MEGABYTE);
  expect(cpuTicks(before.pid) - ticksBefore).toBeLessThan(SOAK ? 300 : 40);
  expect((await sandbox.ok("daemon", "logs")).includes("cannot write")).toBe(true);
  // Room again: the same output goes on from its first byte.
  rmSync(join(logs, "a.1.stdout.log"));
  const text = await eventually("the log to be written", async () => {
    const found = await Bun.file(join(logs, "a.1.stdout.log"))
      .slice(0, 8)
      .text()
      .catch(() => "");
    return { value: found, done: found.length === 8 };
  });
  expect(text).toBe("a 0\na 1\n");
});

test("F33: ten stalled followers cost the daemon nothing, and are told what they missed", async () => {
  await using sandbox = new Sandbox({ name: "shop", processes: { a: flood("a") } });
  await sandbox.ok("up", "-d");
  await sandbox.until("a", ({ state }) => state === "running");
  const followers = Array.from({ length: 10 }, (_, nth) =>
    sandbox.spawn(nth % 2 === 0 ? ["logs", "-f", "a"] : ["events", "-f", "--json"]),
  );
  const [first] = followers;
  if (first === undefined) throw new Error("no follower");
  const reading = first.stdout.getReader();
  await reading.read(); // It follows: its first lines are here, and nobody reads on.
  for (const follower of followers) process.kill(follower.pid, "SIGSTOP");
  const before = await sandbox.daemon();
  await Bun.sleep(SOAK ? 60_000 : 2_000); // The time is what is tested: nothing may grow in it.
  const after = await sandbox.daemon();
  expect(after.memoryBytes - before.memoryBytes).toBeLessThan(20 * MEGABYTE);
  for (const follower of followers) process.kill(follower.pid, "SIGCONT");
  const drained = drain(reading);
  const told = await firstMatch(first.stderr, /\d+ bytes were gone/);
  expect(told).not.toBeNull();
  for (const follower of followers) follower.kill("SIGKILL");
  await Promise.all(followers.map((it) => it.exited));
  await drained;
});

test("F34: what is written right before an exit is always there", async () => {
  const runs = SOAK ? 100 : 20;
  const script =
    'head -c 1200000 /dev/zero | tr "\\0" x; echo; echo "the last words of $PROCMAN_RUN_ID"; exit 0';
  await using sandbox = new Sandbox({
    name: "shop",
    processes: Object.fromEntries(
      Array.from({ length: runs }, (_, nth) => [
        `p${nth}`,
        { command: ["sh", "-c", script], restart: "no" },
      ]),
    ),
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "all", "--for", "succeeded", "--timeout", "60s");
  for (const { runId, logs } of await sandbox.list()) {
    const text = readFileSync(logs.stdout, "utf8");
    expect(text.length).toBe(1_200_001 + `the last words of ${runId}\n`.length);
    expect(text.endsWith(`\nthe last words of ${runId}\n`)).toBe(true);
  }
});

test("F34: a child that has gone before its output is looked at loses none of it", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: Object.fromEntries(
      Array.from({ length: 40 }, (_, nth) => [
        `p${nth}`,
        { command: `echo ${nth}`, restart: "no" },
      ]),
    ),
  });
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "all", "--for", "succeeded", "--timeout", "30s");
  const texts = (await sandbox.list()).map(({ logs }) => readFileSync(logs.stdout, "utf8"));
  expect(texts).toEqual(Array.from({ length: 40 }, (_, nth) => `${nth}\n`));
});

test("F41: rotation at full speed loses nothing, keeps whole lines, and keeps to its number and size", async () => {
  await using sandbox = new Sandbox({
    name: "shop",
    processes: { a: flood("a"), b: flood("b", { compress: true }) },
  });
  await sandbox.ok("up", "-d", "--wait");
  const directory = join(sandbox.home, "logs", "shop");
  await eventually("the chains to be full and compressed", async () => {
    const names = readdirSync(directory);
    return {
      value: names,
      done: names.includes("a.1.stdout.log.3") && names.includes("b.1.stdout.log.2.zst"),
    };
  });
  await sandbox.ok("stop", "all");
  for (const name of ["a", "b"]) {
    const files = readdirSync(directory).filter((it) => it.startsWith(`${name}.1.stdout.log`));
    const numbers = files
      .map((it) => Number(/\.log(?:\.(\d+))?/.exec(it)?.[1] ?? 0))
      .toSorted((x, y) => y - x);
    expect(numbers).toEqual([3, 2, 1, 0]);
    let expected: number | null = null;
    for (const number of numbers) {
      const text = await content(directory, name, number);
      expect(text.length).toBeLessThanOrEqual(MEGABYTE + 64 * 1024);
      expect(number === 0 || text.endsWith("\n")).toBe(true);
      for (const line of text.split("\n").slice(0, -1)) {
        const value = Number(/(\d+)$/.exec(line)?.[1]);
        if (expected !== null && value !== expected)
          throw new Error(`${name}.${number}: ${line}, not ${expected}`);
        expected = value + (line.includes(" end ") ? 0 : 1);
      }
    }
    expect(expected).toBeGreaterThan(0);
  }
});

test("F58: children that have closed their output cost the daemon nothing", async () => {
  const silent = "echo up; exec >&- 2>&-; sleep 1000 & wait";
  await using sandbox = new Sandbox({
    processes: { a: silent, b: silent, c: silent },
  });
  await sandbox.ok("up", "-d", "--wait");
  await eventually("all to have written", async () => {
    const lines = await sandbox.ok("logs", "--no-prefix");
    return { value: lines, done: lines === "up\nup\nup\n" };
  });
  const { pid } = await sandbox.daemon();
  await Bun.sleep(3_000); // It gives back memory when it has been idle for a while.
  const seconds = SOAK ? 60 : 5;
  const before = cpuTicks(pid);
  await Bun.sleep(seconds * 1_000); // The time is what is tested.
  // A hundred ticks a second are a core; to spin would be all of them, and to collect garbage is a few.
  expect((cpuTicks(pid) - before) / seconds).toBeLessThanOrEqual(5);
  expect((await sandbox.list()).map(({ state }) => state)).toEqual([
    "running",
    "running",
    "running",
  ]);
});

async function content(directory: string, name: string, number: number): Promise<string> {
  const base = join(directory, `${name}.1.stdout.log${number === 0 ? "" : `.${number}`}`);
  const plain = Bun.file(base);
  if (await plain.exists()) return plain.text();
  return Bun.zstdDecompressSync(readFileSync(`${base}.zst`)).toString();
}

/** User and system time of a process, in hundredths of a second. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

async function firstMatch(
  stream: ReadableStream<Uint8Array>,
  pattern: RegExp,
): Promise<string | null> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const match = pattern.exec(text);
    if (match !== null) return match[0];
  }
  return null;
}

async function drain(reader: { read(): Promise<{ done: boolean }> }): Promise<void> {
  for (;;) if ((await reader.read()).done) return;
}
