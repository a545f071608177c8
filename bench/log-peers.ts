/** pm2's `logs` beside ours, where pm2 can be installed: the same lines, each by its own manager. */

import { closeSync, existsSync, openSync, readSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cpuMs, median, Place } from "./place.ts";
import type { Row } from "./row.ts";

const TIMES = 5;
const FLOOD_SECONDS = 5;
/** 50 MB/s. */
const BLOCK_LINES = 50_000;
/** Who has not shown everything by then will not. */
const PATIENCE_MS = 10_000;
const log = { maxSize: "100GB", compress: false };

/** A million lines; then, once the file `go` is there, a flood. */
const PROGRAM = `
  const { existsSync, writeSync } = require("node:fs");
  const write = (text) => {
    for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(writeSync(1, rest));
  };
  const block = ("x".repeat(99) + "\\n").repeat(${BLOCK_LINES});
  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  (async () => {
    for (let nth = 0; nth < 20; nth += 1) write(block);
    while (!existsSync("go")) await pause(20);
    for (let nth = 0; nth < ${FLOOD_SECONDS} * 10; nth += 1) {
      write(block);
      await pause(100 - (performance.now() % 100));
    }
    write("the end\\n");
    setInterval(() => {}, 1_000);
  })();`;
const BEFORE_BYTES = 20 * BLOCK_LINES * 100;
const FLOOD_BYTES = FLOOD_SECONDS * 10 * BLOCK_LINES * 100;

export async function logPeers(): Promise<Row[]> {
  await using place = new Place({ flood: { command: ["node", "flood.js"], log } });
  const pm2 = install(place);
  if (pm2 === null || Bun.which("node") === null) {
    console.error("pm2 cannot be installed here: its logs are not measured");
    return [];
  }
  writeFileSync(join(place.directory, "flood.js"), PROGRAM);
  const theirLog = join(place.root, "pm2.log");
  try {
    await place.run("up", "-d", "-q");
    pm2("start", "flood.js", "--name", "flood", "-o", theirLog, "--no-autorestart", "--silent");
    const ourLog = join(place.home, "logs/bench/flood.1.stdout.log");
    for (const path of [ourLog, theirLog]) await grown(path, BEFORE_BYTES);
    return [await lastLines(place, pm2), ...(await following(place, pm2))];
  } finally {
    pm2("kill", "--silent");
  }
}

type Pm2 = ((...args: readonly string[]) => void) & {
  readonly spawn: (out: string, ...args: readonly string[]) => Bun.Subprocess;
};

/** Null when there is no npm, or no registry for it. */
function install({ root, directory }: Place): Pm2 | null {
  const npm = Bun.which("npm");
  if (npm === null) return null;
  const argv = [npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", root, "pm2"];
  const { success } = Bun.spawnSync(argv, {
    timeout: 120_000,
    stdio: ["ignore", "ignore", "ignore"],
  });
  if (!success) return null;
  const command = join(root, "node_modules/.bin/pm2");
  const env = { PATH: process.env["PATH"] ?? "", HOME: root, PM2_HOME: join(root, "pm2") };
  const run = (...args: readonly string[]): void => {
    Bun.spawnSync([command, ...args], {
      cwd: directory,
      env,
      stdio: ["ignore", "ignore", "inherit"],
    });
  };
  const spawn = (out: string, ...args: readonly string[]): Bun.Subprocess => {
    const fd = openSync(out, "w");
    const child = Bun.spawn([command, ...args], {
      cwd: directory,
      env,
      stdio: ["ignore", fd, "ignore"],
    });
    closeSync(fd);
    return child;
  };
  return Object.assign(run, { spawn });
}

async function lastLines(place: Place, pm2: Pm2): Promise<Row> {
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let time = 0; time < TIMES; time += 1) {
    ours.push(await place.run("logs", "flood", "-n", "100"));
    const began = performance.now();
    pm2("logs", "flood", "--lines", "100", "--nostream", "--raw");
    theirs.push(performance.now() - began);
  }
  const against = { what: "pm2", value: median(theirs) };
  return { what: "logs -n 100 of 100 MB", value: median(ours), unit: "ms", against };
}

/** Both floods at once would take the machine from each other: as much from the one as from the other. */
async function following(place: Place, pm2: Pm2): Promise<Row[]> {
  const outs = [join(place.root, "ours"), join(place.root, "theirs")] as const;
  const ours = place.spawn(["logs", "flood", "-f", "-n", "0", "--no-prefix"], outs[0]);
  const theirs = pm2.spawn(outs[1], "logs", "flood", "--raw", "--lines", "0", "--silent");
  await Bun.sleep(2_000); // Nothing tells that pm2 follows.
  writeFileSync(join(place.directory, "go"), "");
  const began = performance.now();
  const isDone = (out: string): boolean => readEnd(out).includes("the end");
  while (!outs.every(isDone)) {
    if (performance.now() - began > FLOOD_SECONDS * 1_000 + PATIENCE_MS) break;
    await Bun.sleep(50);
  }
  const seconds = (performance.now() - began) / 1_000;
  const [busy = 0, theirBusy = 0] = [ours, theirs].map(({ pid }) => cpuMs(pid) / seconds / 10);
  const [shown = 0, theirShown = 0] = outs.map((out) => (100 * statSync(out).size) / FLOOD_BYTES);
  for (const child of [ours, theirs]) {
    child.kill("SIGTERM");
    await child.exited;
  }
  const row = (what: string, value: number, other: number): Row => ({
    what: `logs -f of two floods of 50 MB/s: ${what}`,
    value,
    unit: "%",
    against: { what: "pm2", value: other },
  });
  return [row("shown", shown, theirShown), row("share of a core", busy, theirBusy)];
}

async function grown(path: string, bytes: number): Promise<void> {
  const giveUpAt = performance.now() + 60_000;
  while (!existsSync(path) || statSync(path).size < bytes) {
    if (performance.now() > giveUpAt) throw new Error(`${path} did not grow`);
    await Bun.sleep(20);
  }
}

function readEnd(path: string): string {
  const size = statSync(path).size;
  if (size > 2 * FLOOD_BYTES) throw new Error(`${path} has more than was written`);
  const last = Buffer.alloc(16);
  const fd = openSync(path, "r");
  const length = readSync(fd, last, 0, last.length, Math.max(0, size - last.length));
  closeSync(fd);
  return last.toString("latin1", 0, length);
}
