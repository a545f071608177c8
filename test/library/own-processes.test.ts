/** `ProcessManager`, with real processes. */

import { describe, expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  ProcessManager,
  type ProcessConfig,
  type ProcessManagerEvents,
  type ProcessManagerOptions,
} from "../../src/index.ts";
import { isAlive } from "../../src/platform/identity.ts";
import { processTable } from "../../src/platform/process-table.ts";
import { eventually } from "../e2e/eventually.ts";

const FIXTURES = resolve(import.meta.dir, "../fixtures");
const SLOW_MS = 30_000;

const sh = (script: string): ProcessConfig => ({ command: "sh", args: ["-c", script] });
const SLEEPER: ProcessConfig = { command: "sleep", args: ["1000"] };
const QUICK = { restart: { backoff: { initialMs: 1, factor: 1 } } };

/** What was told, as `event text`. */
function manage(options?: ProcessManagerOptions) {
  const manager = new ProcessManager(options);
  const told: string[] = [];
  manager.on("exit", ({ code, signal, willRestart }) =>
    told.push(`exit ${code ?? signal}${willRestart ? " again" : ""}`),
  );
  manager.on("restart", ({ restarts }) => told.push(`restart ${restarts}`));
  manager.on("error", ({ error }) => told.push(`error ${error.code}`));
  return { manager, told };
}

/** The first of an event. */
function next<E extends keyof ProcessManagerEvents>(manager: ProcessManager, event: E) {
  const { promise, resolve: done } = Promise.withResolvers<ProcessManagerEvents[E][0]>();
  manager.once(event, done);
  return promise;
}

describe("a process", () => {
  test("has its pid when the call returns, what it wrote, and how it ended", async () => {
    const { manager, told } = manage();
    const data: string[] = [];
    manager.on("stdout", (it) => data.push(`${it.processId} ${it.data}`));
    manager.on("stderr", (it) => data.push(`${it.processId} ${it.data}`));
    const id = manager.spawnProcess({ id: "one", ...sh("echo out; echo err >&2; exit 3") });
    expect(id).toBe("one");
    const { pid, status } = manager.getProcessStatus(id);
    expect(status).toBe("running");
    expect(manager.listProcesses()).toEqual([
      { id, pid, status, command: "sh", uptime: expect.any(Number) as never },
    ]);
    expect(pid).toBeGreaterThan(1);
    expect(await manager.waitForExit(id)).toEqual({ code: 3, signal: null });
    expect(data.toSorted()).toEqual(["one err\n", "one out\n"]);
    expect(manager.getProcessLogs(id)).toEqual({ stdout: ["out"], stderr: ["err"] });
    expect(manager.getProcessStatus(id)).toMatchObject({ pid: null, status: "error", exitCode: 3 });
    expect(told).toEqual(["exit 3"]);
  });

  test("is given its arguments as they are, its variables, and its directory", async () => {
    const { manager } = manage();
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "procman-library-")));
    const id = manager.spawnProcess({
      command: "sh",
      args: ["-c", 'pwd; echo "$1" "$A" "${HOME-none}" "${PATH:+path}"', "sh", "$(id); `id` && *"],
      env: { A: "b c", HOME: undefined },
      workingDir: directory,
    });
    await manager.waitForExit(id);
    rmSync(directory, { recursive: true });
    const { stdout } = manager.getProcessLogs(id);
    expect(stdout).toEqual([directory, "$(id); `id` && * b c none path"]);
  });

  test("is measured with all of its tree", async () => {
    await using manager = new ProcessManager();
    const id = manager.spawnProcess(sh("sleep 1000 & sleep 1000"));
    const { memory } = await eventually("its memory", async () => {
      const value = manager.getProcessStatus(id);
      return { value, done: value.memory > 0 };
    });
    expect(memory).toBeLessThan(100);
  });

  test("F34: of one that writes much and ends at once, the last 1,000 lines of each stream are there", async () => {
    const { manager } = manage();
    const id = manager.spawnProcess(sh("seq 200000; seq 5000 >&2"));
    await manager.waitForExit(id);
    const { stdout, stderr } = manager.getProcessLogs(id);
    expect([stdout.length, stdout.at(-1), stderr.length, stderr.at(-1)]).toEqual([
      1000,
      "200000",
      1000,
      "5000",
    ]);
    expect(manager.getProcessLogs(id, 2).stdout).toEqual(["199999", "200000"]);
  });

  test("F36: characters that come in two pieces stay whole", async () => {
    const { manager } = manage();
    const id = manager.spawnProcess(sh(`printf '\\303'; sleep 0.1; printf '\\244\\n'`));
    await manager.waitForExit(id);
    expect(manager.getProcessLogs(id).stdout).toEqual(["ä"]);
  });
});

describe("stopProcess", () => {
  test("F15: kills what ignores SIGTERM when its time is over", async () => {
    const { manager, told } = manage();
    const id = manager.spawnProcess({ command: join(FIXTURES, "stubborn.sh") });
    await next(manager, "stdout");
    expect(await manager.stopProcess(id, 100)).toBe(true);
    expect(manager.getProcessStatus(id)).toMatchObject({ pid: null, status: "stopped" });
    expect(told).toEqual(["exit SIGKILL"]);
    expect(await manager.stopProcess(id)).toBe(false);
  });

  test.each(["group", "session", "daemon"])(
    "F17 F18 F19: takes what was forked with it (%s)",
    async (how) => {
      const { manager } = manage();
      const id = manager.spawnProcess({
        command: join(FIXTURES, "forker.py"),
        args: [how, "stay"],
      });
      const { data } = await next(manager, "stdout");
      const pid = Number(data);
      const forked = { pid, startTicks: processTable.row(pid)?.startTicks ?? "" };
      expect(isAlive(forked)).toBe(true);
      await manager.stopProcess(id);
      expect(isAlive(forked)).toBe(false);
    },
  );

  test("F17: what outlives its leader is gone before the end is told", async () => {
    const { manager } = manage();
    const id = manager.spawnProcess(sh("sleep 1000 & echo $!"));
    await manager.waitForExit(id);
    const pid = Number(manager.getProcessLogs(id).stdout[0]);
    expect(processTable.row(pid)?.isZombie ?? true).toBe(true);
  });

  test("F11: takes back a restart that is due", async () => {
    const { manager, told } = manage({ restart: { backoff: { initialMs: 3_600_000 } } });
    const id = manager.spawnProcess({ ...sh("exit 1"), autoRestart: true });
    await next(manager, "exit");
    expect(manager.getProcessStatus(id)).toMatchObject({ pid: null, status: "error" });
    expect(await manager.stopProcess(id)).toBe(true);
    expect(manager.getProcessStatus(id)).toMatchObject({ status: "stopped", restarts: 0 });
    expect(told).toEqual(["exit 1 again"]);
  });

  test("holds while the process is being told of", async () => {
    const { manager, told } = manage(QUICK);
    const id = manager.spawnProcess({ ...sh("exit 1"), autoRestart: true });
    manager.once("exit", () => void manager.stopProcess(id));
    await manager.waitForExit(id);
    expect([told, manager.getProcessStatus(id).status]).toEqual([["exit 1 again"], "stopped"]);
  });

  test("finds nothing to stop where nothing is", async () => {
    expect(await manage().manager.stopProcess("nope")).toBe(false);
  });

  test("stops all at once when the manager is disposed of", async () => {
    const { manager, told } = manage();
    for (let nth = 0; nth < 3; nth += 1) manager.spawnProcess(SLEEPER);
    await manager[Symbol.asyncDispose]();
    expect(told).toEqual(["exit SIGTERM", "exit SIGTERM", "exit SIGTERM"]);
  });
});

describe("autoRestart", () => {
  test("F27: starts it again five times, then gives up and says so", async () => {
    const { manager, told } = manage(QUICK);
    const id = manager.spawnProcess({ ...sh("exit 1"), autoRestart: true });
    await manager.waitForExit(id);
    const rounds = [1, 2, 3, 4, 5].flatMap((nth) => ["exit 1 again", `restart ${nth}`]);
    await eventually("the end", async () => ({
      value: told,
      done: told.length > rounds.length + 1,
    }));
    expect(told).toEqual([...rounds, "exit 1", "error COMMAND_FAILED"]);
    const { status, restarts, error } = manager.getProcessStatus(id);
    expect([status, restarts]).toEqual(["error", 5]);
    expect(error?.message).toBe(
      `Cannot keep '${id}' running: it exited with code 1; the 5 restarts allowed within 1m are spent`,
    );
  });

  test("leaves alone what ends with 0, and what nobody wants restarted", async () => {
    const { manager, told } = manage(QUICK);
    const done = manager.spawnProcess({ ...sh("exit 0"), autoRestart: true });
    await manager.waitForExit(done);
    await manager.waitForExit(manager.spawnProcess(sh("kill -9 $$")));
    expect([told, manager.getProcessStatus(done).status]).toEqual([
      ["exit 0", "exit SIGKILL"],
      "stopped",
    ]);
  });
});

describe("what cannot be done", () => {
  test.each([
    ["no-such-program", "COMMAND_NOT_FOUND"],
    [join(FIXTURES, "localhost-cert.pem"), "COMMAND_NOT_EXECUTABLE"],
    ["/", "COMMAND_NOT_EXECUTABLE"],
  ])("F26: %s is told by the event, the status and the promise: %s", async (command, code) => {
    const { manager, told } = manage();
    const id = manager.spawnProcess({ command, autoRestart: true });
    expect(told).toEqual([]);
    const error = await manager.waitForExit(id).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ProcmanError", code });
    expect(told).toEqual([`error ${code}`]);
    expect(manager.getProcessStatus(id)).toMatchObject({
      pid: null,
      status: "error",
      error: { code },
    });
  });

  test("F26: without anybody who listens it is no exception", async () => {
    const manager = new ProcessManager();
    const id = manager.spawnProcess({ command: "no-such-program" });
    const error = await manager.waitForExit(id).catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("Cannot start 'process-1'");
  });

  test("one more than may run is refused, until one has ended", async () => {
    await using manager = new ProcessManager({ maxProcesses: 3 });
    const first = manager.spawnProcess(SLEEPER);
    for (let nth = 1; nth < 3; nth += 1) manager.spawnProcess(SLEEPER);
    expect(() => manager.spawnProcess(SLEEPER)).toThrow("3 processes run");
    expect(manager.listProcesses()).toHaveLength(3);
    await manager.stopProcess(first);
    manager.spawnProcess(SLEEPER);
    expect(manager.listProcesses().map(({ id }) => id)).not.toContain(first);
    expect(() => manager.getProcessStatus(first)).toThrow("Cannot find process");
  });

  test(
    "a hundred may run when nothing else is said",
    async () => {
      await using manager = new ProcessManager();
      for (let nth = 0; nth < 100; nth += 1) manager.spawnProcess(SLEEPER);
      expect(() => manager.spawnProcess(SLEEPER)).toThrow(
        expect.objectContaining({ code: "LIMIT_REACHED" }) as Error,
      );
    },
    SLOW_MS,
  );

  test("an id is of one process, until that has ended", async () => {
    await using manager = new ProcessManager();
    const id = manager.spawnProcess({ id: "it", ...SLEEPER });
    expect(() => manager.spawnProcess({ id, ...SLEEPER })).toThrow("a process of that id runs");
    await manager.stopProcess(id);
    manager.spawnProcess({ id, ...SLEEPER });
    expect(manager.getProcessStatus(id).status).toBe("running");
  });

  test.each<[unknown, string]>([
    [{}, "'command' is no text"],
    [{ command: "" }, "'command' is empty"],
    [{ command: "a\0b" }, "'command' holds a null byte"],
    [{ command: "a", args: "b" }, "'args' is no list"],
    [{ command: "a", args: ["b", 3] }, "'args[1]' is no text"],
    [{ command: "a", env: { "A=B": "c" } }, `'env' has the name "A=B"`],
    [{ command: "a", env: { A: "\0" } }, "'env.A' holds a null byte"],
    [{ command: "a", id: "" }, "'id' is empty"],
    [{ command: "a", autorestart: true }, "there is no 'autorestart'; did you mean 'autoRestart'?"],
    [{ command: "a", colour: 1 }, "there is no 'colour'"],
  ])("%j is refused", (config, why) => {
    const manager = new ProcessManager();
    expect(() => manager.spawnProcess(config as ProcessConfig)).toThrow(why);
    expect(manager.listProcesses()).toEqual([]);
  });
});
