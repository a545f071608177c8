/** `doctor`: what is broken on purpose is found, and what it advises mends it. */

import { Database } from "bun:sqlite";
import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import type { Diagnosis, Finding } from "../../src/protocol/shapes.ts";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";

/** Daemons come, get stuck and go. */
const SLOW_MS = 60_000;
const CONFIG = { name: "shop", processes: { api: "sleep 1000" } };

async function examined(sandbox: Sandbox): Promise<Diagnosis & { code: number }> {
  const { code, stdout, stderr } = await sandbox.run("doctor", "--json");
  expect(stderr).toBe("");
  return { code, ...(JSON.parse(stdout) as Diagnosis) };
}

/** What is not as it has to be, the limits of the machine aside. */
async function complaints(sandbox: Sandbox): Promise<readonly Finding[]> {
  const { findings } = await examined(sandbox);
  const machine = ["open files", "processes", "pipe budget", "inotify", "containment", "disk"];
  return findings.filter(({ level, check }) => level !== "ok" && !machine.includes(check));
}

/** The daemon is killed, and so is what would start it again. */
async function killWithKeeper(sandbox: Sandbox): Promise<void> {
  const { pid } = await sandbox.daemon();
  const [, keeper = ""] = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  process.kill(Number(keeper), "SIGKILL");
  process.kill(pid, "SIGKILL");
  await eventually("it to be gone", async () => ({ value: pid, done: !isAlive(pid) }));
}

const onLinux = test.skipIf(process.platform !== "linux");

test(
  "nothing is wrong with a home that is in use, nor with one that is not there, which stays away",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    expect(await complaints(sandbox)).toEqual([]);
    expect(existsSync(sandbox.home)).toBe(false);
    await sandbox.ok("up", "-d");
    expect(await complaints(sandbox)).toEqual([]);
    const { healthy, code } = await examined(sandbox);
    expect([healthy, code]).toEqual([true, 0]);
    expect(await sandbox.ok("doctor")).toContain("ok       registry");
  },
  SLOW_MS,
);

test(
  "a home that others may enter is in the way, until it is made private as advised",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    await sandbox.ok("daemon", "stop");
    chmodSync(sandbox.home, 0o755);
    const [found] = await complaints(sandbox);
    expect(found).toMatchObject({ check: "home", level: "error" });
    expect((await sandbox.run("doctor")).code).toBe(1);
    await sandbox.shell(found?.fix ?? "");
    expect(await complaints(sandbox)).toEqual([]);
  },
  SLOW_MS,
);

test(
  "a registry that cannot be read is in the way, and one that was set aside is told of",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    await sandbox.ok("daemon", "stop");
    writeFileSync(
      join(sandbox.home, "registry.db"),
      "this is no database, and long enough to be one",
    );
    const [damage] = await complaints(sandbox);
    expect(damage).toMatchObject({ check: "registry", level: "error" });
    await sandbox.ok("daemon", "start");
    const [found] = await complaints(sandbox);
    expect(found).toMatchObject({ check: "registry", level: "warning" });
    await sandbox.shell(/rm .*$/.exec(found?.fix ?? "")?.[0] ?? "");
    expect(await complaints(sandbox)).toEqual([]);
  },
  SLOW_MS,
);

onLinux(
  "a daemon that does not answer is named, and its end as advised brings back one that does",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.daemon();
    process.kill(pid, "SIGSTOP");
    const [found] = await complaints(sandbox);
    expect(found).toMatchObject({ check: "daemon", level: "error" });
    expect(found?.message).toContain(`pid ${pid}`);
    await sandbox.shell(found?.fix?.replace(/ \(.*$/, "") ?? "");
    await eventually("another daemon to answer", async () => {
      const value = await complaints(sandbox);
      return { value, done: value.length === 0 };
    });
    expect((await sandbox.daemon()).pid).not.toBe(pid);
  },
  SLOW_MS,
);

onLinux(
  "a socket and a process that were left behind are found",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.status("api");
    await killWithKeeper(sandbox);
    expect(await complaints(sandbox)).toMatchObject([{ check: "daemon", level: "warning" }]);

    const registry = new Database(join(sandbox.home, "registry.db"));
    registry.run("DELETE FROM instances");
    registry.close();
    await sandbox.ok("daemon", "start");
    const found = await complaints(sandbox);
    expect(found[0]).toMatchObject({ check: "leftovers", level: "warning", fix: `kill ${pid}` });
    for (const { fix } of found) await sandbox.shell(fix ?? "");
    await eventually("nothing to be wrong any more", async () => {
      const value = await complaints(sandbox);
      return { value, done: value.length === 0 };
    });
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);
  },
  SLOW_MS,
);
