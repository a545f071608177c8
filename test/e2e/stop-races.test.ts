/** Stops that come at a bad moment, or to what does not want to be stopped. */

import { expect, test } from "bun:test";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { isRoot, letOthersIn, OTHER, runAs } from "./as-user.ts";
import { eventually, FIXTURES, isAlive, kill, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;

for (const [what, command] of [
  ["a process that listens", ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"]],
  ["one that ignores SIGTERM", [join(FIXTURES, "stubborn.sh")]],
] as const) {
  test(
    `F12: a stop of ${what} while it is not ready yet ends it in time, and whoever started it is told`,
    async () => {
      const slow = { command, ready: { exec: "false", within: "1h" }, stop: { timeout: "300ms" } };
      await using sandbox = new Sandbox({
        processes: { a: slow, after: { command: "sleep 1000", dependsOn: ["a"] } },
      });
      const up = sandbox.spawn(["up", "-d", "--wait", "--json", "a"]);
      const { pid } = await sandbox.until("a", ({ state }) => state === "starting");
      const beganAt = performance.now();
      await sandbox.ok("stop", "a");
      expect(performance.now() - beganAt).toBeLessThan(300 + 5_000);
      expect(isAlive(pid ?? 0)).toBe(false);
      expect((await sandbox.status("a")).state).toMatch(/^(stopped|killed)$/);

      const [stdout, code] = [await up.stdout.text(), await up.exited];
      const [result] = JSON.parse(stdout) as { ok: boolean; error: { code: string } }[];
      expect([code, result?.ok, result?.error.code]).toEqual([1, false, "CANCELLED"]);
      await Bun.sleep(300); // What is asserted is that it is not started after all.
      expect((await sandbox.events("--type", "process.started")).length).toBe(1);
    },
    SLOW_MS,
  );
}

test(
  "F16: a stopped process is stopped within its grace, by itself and not by force",
  async () => {
    await using sandbox = new Sandbox({
      processes: { a: { command: "sleep 1000", stop: { timeout: "20s" } } },
    });
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.status("a");
    process.kill(pid ?? 0, "SIGSTOP");
    const beganAt = performance.now();
    await sandbox.ok("stop", "a");
    expect(performance.now() - beganAt).toBeLessThan(15_000);
    expect(await sandbox.status("a")).toMatchObject({ state: "stopped", signal: "SIGTERM" });
  },
  SLOW_MS,
);

test(
  "F20: a stop ends what forks faster than it can be looked at",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        a: {
          command: [join(FIXTURES, "forker.py"), "hopper", "stay"],
          stop: { timeout: "100ms" },
        },
      },
    });
    await sandbox.ok("up", "-d");
    const hops = join(sandbox.directory, "hops");
    const grown = async (from: number): Promise<number> =>
      eventually("it to fork", async () => {
        const value = existsSync(hops) ? statSync(hops).size : 0;
        return { value, done: value > from };
      });
    await grown(await grown(0));
    // The fixture ends by itself after five seconds: it must not come to that.
    const beganAt = performance.now();
    await sandbox.ok("stop", "a");
    expect(performance.now() - beganAt).toBeLessThan(4_500);
    expect((await sandbox.status("a")).state).toBe("killed");
    const after = statSync(hops).size;
    await Bun.sleep(50); // A hundred hops, if anything were left.
    expect(statSync(hops).size).toBe(after);
  },
  SLOW_MS,
);

/** Programs of root's that anybody may run, as `sudo` is. */
const allowsSetuid = isRoot && Bun.which("setpriv") !== null;

test.skipIf(!allowsSetuid)(
  "F20: what cannot be ended is never called stopped: the process is stopping, with the pids that are left, until they go",
  async () => {
    await using sandbox = new Sandbox(null);
    letOthersIn(sandbox);
    const home = join(sandbox.root, "theirs");
    mkdirSync(home, { mode: 0o700 });
    chownSync(home, OTHER, OTHER);
    const env = { PROCMAN_HOME: home };
    const setpriv = join(sandbox.directory, "as-root");
    copyFileSync(Bun.which("setpriv") ?? "", setpriv);
    chmodSync(setpriv, 0o4755);
    const asRoot = "./as-root --reuid 0 --regid 0 --clear-groups sleep 1000";
    const inner = `${asRoot} & echo $! > ${resolve(sandbox.directory, "pids/left")}; wait`;
    mkdirSync(join(sandbox.directory, "pids"));
    chmodSync(join(sandbox.directory, "pids"), 0o777);
    sandbox.configure({
      processes: { a: { command: ["sh", "-c", inner], stop: { timeout: "1s" } } },
    });
    const run = (line: string) => runAs(OTHER, sandbox, line.split(" "), env);
    expect((await run("up -d")).code).toBe(0);
    const left = Number(
      await eventually("the process of root's", async () => {
        const value = await Bun.file(join(sandbox.directory, "pids/left"))
          .text()
          .catch(() => "");
        return { value, done: isAlive(Number(value)) && isRootsOwn(Number(value)) };
      }),
    );
    const stop = run("stop a");
    const reason = await eventually("it to be told what is left", async () => {
      const [status] = JSON.parse((await run("ls --json")).stdout) as Record<string, unknown>[];
      const value = `${String(status?.["state"])}: ${String(status?.["reason"])}`;
      return { value, done: value.includes(String(left)) };
    });
    expect(reason).toBe(`stopping: processes of its tree do not end: pid ${left}`);
    kill(left);
    expect((await stop).code).toBe(0);
    const [status] = JSON.parse((await run("ls --json")).stdout) as { state: string }[];
    expect(status?.state).toBe("killed");
    expect((await run("daemon stop")).code).toBe(0);
  },
  SLOW_MS,
);

function isRootsOwn(pid: number): boolean {
  return Bun.spawnSync(["cat", `/proc/${pid}/comm`]).stdout.toString() === "sleep\n";
}
