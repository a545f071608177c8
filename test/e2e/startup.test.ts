/** `startup`: what it writes and asks of the machine, with stand-ins for systemd's own programs. */

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

/** Several daemons come and go. */
const SLOW_MS = 60_000;
const CONFIG = { name: "shop", processes: { db: "sleep 1000", api: "sleep 1000" } };

/** Programs that only note how they were called; the machine is left alone. */
function withoutMachine(sandbox: Sandbox): { env: Record<string, string>; calls: () => string[] } {
  const directory = join(sandbox.root, "bin");
  const notes = join(sandbox.root, "calls");
  mkdirSync(directory);
  for (const name of ["systemctl", "loginctl"]) {
    const path = join(directory, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> '${notes}'\n`);
    chmodSync(path, 0o755);
  }
  return {
    env: {
      PATH: `${directory}:${process.env["PATH"] ?? ""}`,
      XDG_CONFIG_HOME: join(sandbox.root, "config"),
    },
    calls: () => (existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : []),
  };
}

const onLinux = test.skipIf(process.platform !== "linux");

onLinux(
  "install writes a unit that is enabled, status tells of it, and uninstall leaves nothing of it",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const { env, calls } = withoutMachine(sandbox);
    const status = async () => {
      const { code, stdout } = await sandbox.runWith(env, "startup", "status", "--json");
      const { installed, current, enabled } = JSON.parse(stdout) as Record<string, unknown>;
      return { code, installed, current, enabled };
    };
    const none = { code: 1, installed: false, current: false, enabled: false };
    expect(await status()).toEqual(none);
    await sandbox.okWith(env, "startup", "install");
    expect(await status()).toMatchObject({ installed: true, current: true, enabled: true });
    expect(calls()).toContain("systemctl --user daemon-reload");
    const printed = await sandbox.okWith(env, "startup", "install", "--print");
    const units = join(sandbox.root, "config", "systemd", "user");
    const { path } = JSON.parse((await sandbox.runWith(env, "startup", "--json")).stdout) as Record<
      "path",
      string
    >;
    expect(path.startsWith(`${units}/procman-`)).toBe(true);
    expect(readFileSync(path, "utf8")).toBe(printed);

    writeFileSync(path, printed.replace("2min", "3min"));
    expect(await status()).toMatchObject({ installed: true, current: false });
    await sandbox.okWith(env, "startup", "uninstall");
    expect(await status()).toEqual(none);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(sandbox.home)).toBe(false);
  },
  SLOW_MS,
);

onLinux(
  "a unit that cannot be written says who may, and changes nothing",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const { env } = withoutMachine(sandbox);
    writeFileSync(join(sandbox.root, "config"), "a file where the directory has to be");
    const { code, stderr } = await sandbox.runWith(env, "startup", "install");
    expect([code, stderr.includes("Cannot change")]).toEqual([1, true]);
    const system = await sandbox.okWith(env, "startup", "install", "--system", "--print");
    const own = Bun.spawnSync(["id", "-un"]).stdout.toString().trim();
    expect(system).toContain(`\nUser=${own}\n`);
    const other = await sandbox.runWith(env, "startup", "install", "--user", "somebody");
    expect([other.code, other.stderr.includes("--system")]).toEqual([2, true]);
    const wrong = await sandbox.runWith(env, "startup", "instal");
    expect([wrong.code, wrong.stderr.includes("install, uninstall, status")]).toEqual([2, true]);
  },
  SLOW_MS,
);

onLinux(
  "what the unit runs brings back what was saved once a boot, and leaves alone what was stopped since",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const { env } = withoutMachine(sandbox);
    const unit = await sandbox.okWith(env, "startup", "install", "--print");
    await sandbox.ok("up", "-d");
    await sandbox.ok("save");
    await sandbox.ok("daemon", "stop");

    const first = await start(sandbox, unit);
    await sandbox.until("api", ({ state }) => state === "running");
    await sandbox.ok("stop", "api");
    kill(first);
    await eventually("the daemon to be gone", async () => ({
      value: first,
      done: !isAlive(first),
    }));
    await start(sandbox, unit);
    const states = (await sandbox.list()).map(({ name, state }) => [name, state]);
    expect(states).toEqual([
      ["db.1", "running"],
      ["api.1", "stopped"],
    ]);
  },
  SLOW_MS,
);

/** As systemd starts it: the daemon, then what is to follow, whose end is waited for. */
async function start(sandbox: Sandbox, unit: string): Promise<number> {
  const lineOf = (name: string): string[] => {
    const line = unit.split("\n").find((it) => it.startsWith(`${name}=`)) ?? "";
    return line.slice(line.indexOf("/")).split(" ");
  };
  const settings = { env: { PATH: process.env["PATH"] ?? "", HOME: sandbox.root } };
  const daemon = Bun.spawn(lineOf("ExecStart"), { ...settings, stdio: ["ignore", 2, 2] });
  const post = Bun.spawn(lineOf("ExecStartPost"), { ...settings, stdio: ["ignore", 2, 2] });
  expect(await post.exited).toBe(0);
  return daemon.pid;
}
