/** Watching processes that are not children of the watcher: their ends are seen, and no exit code is made up. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { libc } from "../../src/platform/libc.ts";
import { identityOf } from "../../src/platform/identity.ts";
import type { ObservedExit } from "../../src/supervisor/ports.ts";
import { eventually, fixture, Stage, type Actor } from "./stage.ts";

const UNKNOWN = { code: null, signal: null, oomKilled: false, known: false };

/** A grandchild of this process, whose parent reaps it at once; it runs until there is a file `go`. */
async function stranger(stage: Stage, end: string): Promise<{ pid: number; parent: Actor }> {
  const script = `sh -c 'until [ -e go ]; do sleep 0.01; done; exec ${fixture("crasher.sh")} ${end}' & echo $!; wait`;
  const parent = stage.start(["sh", "-c", script]);
  return { pid: Number(await stage.says(parent)), parent };
}

interface Seen {
  readonly exits: ObservedExit[];
  readonly cancel: () => void;
}

function watch(stage: Stage, pid: number, startTicks = identityOf(pid)?.startTicks ?? ""): Seen {
  const exits: ObservedExit[] = [];
  const cancel = stage.processes.watch({ pid, startTicks }, (exit) => exits.push(exit));
  expect(exits).toEqual([]);
  return { exits, cancel };
}

const ENDS = [
  ["0", { code: 0, signal: null }],
  ["43", { code: 43, signal: null }],
  ["SIGSEGV", { code: null, signal: "SIGSEGV" }],
  ["-35", { code: null, signal: "35" }],
] as const;

/** Exit codes of strangers are told by Linux 6.15 and later. */
const tells = process.platform === "linux" && isAtLeast(6, 15) && libc() !== null;

for (const [end, exit] of ENDS) {
  test(`F06: the end of a stranger by ${end} is told as it was, or as unknown`, async () => {
    await using stage = new Stage();
    const { pid } = await stranger(stage, end);
    const seen = watch(stage, pid);
    stage.file("go", "", 0o644);
    await eventually("its end to be told", () => seen.exits.length > 0);
    expect(seen.exits).toEqual([tells ? { ...exit, oomKilled: false, known: true } : UNKNOWN]);
  });

  test(`F06: without FFI the end of a stranger by ${end} is seen, and its code is unknown`, async () => {
    await using stage = new Stage({ libc: null });
    const { pid } = await stranger(stage, end);
    const seen = watch(stage, pid);
    stage.file("go", "", 0o644);
    await eventually("its end to be told", () => seen.exits.length > 0);
    expect(seen.exits).toEqual([UNKNOWN]);
  });
}

for (const means of [{}, { libc: null }]) {
  const how = "libc" in means ? "without FFI" : "with FFI";

  test(`F05: one that was gone before is told of at once, its code unknown (${how})`, async () => {
    await using stage = new Stage(means);
    const { identity, exit } = stage.start(["true"]);
    await exit;
    const seen = watch(stage, identity.pid, identity.startTicks);
    await eventually("its end to be told", () => seen.exits.length > 0);
    expect(seen.exits).toEqual([UNKNOWN]);
  });

  test(`another process under the same pid is not taken for it (${how})`, async () => {
    await using stage = new Stage(means);
    const { identity } = stage.start(["sleep", "1000"]);
    const seen = watch(stage, identity.pid, "1");
    await eventually("its end to be told", () => seen.exits.length > 0);
    expect(seen.exits).toEqual([UNKNOWN]);
    expect(stage.processes.isAlive(identity)).toBe(true);
  });

  test(`a watch that was ended tells nothing and keeps no descriptor (${how})`, async () => {
    await using stage = new Stage(means);
    const { pid, parent } = await stranger(stage, "1");
    const control = await stranger(stage, "2");
    const before = readdirSync("/proc/self/fd").length;
    const seen = watch(stage, pid);
    const other = watch(stage, control.pid);
    seen.cancel();
    stage.file("go", "", 0o644);
    await Promise.all([parent.exit, control.parent.exit]);
    await eventually("the other's end to be told", () => other.exits.length > 0);
    expect(seen.exits).toEqual([]);
    expect(readdirSync("/proc/self/fd").length).toBeLessThanOrEqual(before);
  });
}

test("a hundred strangers are told of once each", async () => {
  await using stage = new Stage();
  const script = "for i in $(seq 100); do sleep 1000 & echo $!; done; echo all; wait";
  const parent = stage.start(["sh", "-c", script]);
  await eventually("all to run", () => parent.stdout().includes("all"));
  const pids = parent.stdout().trim().split("\n").slice(0, -1).map(Number);
  const watched = pids.map((pid) => watch(stage, pid));
  for (const pid of pids) process.kill(pid, "SIGTERM");
  await eventually("all to be told of", () => watched.every(({ exits }) => exits.length > 0));
  expect(watched.every(({ exits }) => exits.length === 1)).toBe(true);
});

function isAtLeast(major: number, minor: number): boolean {
  const release = Bun.spawnSync(["uname", "-r"]).stdout.toString();
  const [ours = 0, oursMinor = 0] = release.split(".").map(Number);
  return ours > major || (ours === major && oursMinor >= minor);
}
