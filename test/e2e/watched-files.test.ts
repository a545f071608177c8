/** Watched files, with real editors' ways of saving and real processes. */

import { expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { WireEvent } from "../../src/protocol/shapes.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const SLEEP = "exec sleep 1000";

function inDirectories(config: unknown, ...directories: string[]): Sandbox {
  const sandbox = new Sandbox(config);
  for (const it of directories) mkdirSync(join(sandbox.directory, it), { recursive: true });
  return sandbox;
}

async function of(sandbox: Sandbox, process: string, type: string): Promise<WireEvent[]> {
  return (await sandbox.events("--type", type)).filter((it) => it.process === process);
}

async function untilChanged(sandbox: Sandbox, process: string, times: number) {
  return eventually(`${process} to see ${times} changes`, async () => {
    const value = await of(sandbox, process, "watch.changed");
    return { value, done: value.length >= times };
  });
}

function untilAnotherRun(sandbox: Sandbox, name: string, runId: string | null) {
  return sandbox.until(name, (it) => it.state === "running" && it.runId !== runId);
}

test(
  "F68: a change restarts what watches, and cascades where asked, once for a storm; it counts as no crash",
  async () => {
    await using sandbox = inDirectories(
      {
        processes: {
          // On a busy machine the storm has lulls.
          api: {
            command: SLEEP,
            watch: { paths: ["src"], cascade: true, debounce: "1s" },
            restart: { max: 0 },
          },
          web: { command: SLEEP, dependsOn: ["api"] },
          db: { command: SLEEP, watch: { paths: ["src"], include: "*.sql" } },
          hup: {
            command: ["sh", "-c", "trap 'echo hup >> hups' HUP; while :; do sleep 0.05; done"],
            watch: { paths: ["conf"], action: "signal:hup" },
          },
          build: {
            command: SLEEP,
            instances: 2,
            watch: { paths: ["conf"], action: "exec:echo $PROCMAN_CHANGED_FILES >> built" },
          },
        },
      },
      "src/node_modules",
      "conf",
    );
    await sandbox.ok("up", "-d", "--wait");
    const names = ["api", "web", "db", "hup"];
    const before = await Promise.all(names.map((name) => sandbox.status(name)));
    const [api, web, db, hup] = before.map(({ runId }) => runId);

    sandbox.write("src/node_modules/x.ts", "");
    sandbox.write("src/out.log", "");
    for (let nth = 0; nth < 300; nth += 1) sandbox.write(`src/f${nth}.ts`, "");
    const status = await untilAnotherRun(sandbox, "api", api ?? null);
    await untilAnotherRun(sandbox, "web", web ?? null);
    expect(status.restarts).toBe(0);
    const [change, ...more] = await of(sandbox, "api", "watch.changed");
    expect(more).toEqual([]);
    expect(change?.data["action"]).toBe("restart");
    expect(change?.data["count"]).toBeGreaterThanOrEqual(300);
    expect((await of(sandbox, "api", "process.restarting"))[0]?.data["cause"]).toBe("watch");
    expect((await sandbox.status("db")).runId).toBe(db!);

    sandbox.write("conf/.a.tmp", "");
    renameSync(join(sandbox.directory, "conf/.a.tmp"), join(sandbox.directory, "conf/a"));
    await eventually("both to be done", async () => {
      const done = ["hups", "built"].every((it) => Bun.file(join(sandbox.directory, it)).size > 0);
      return { value: null, done };
    });
    expect(sandbox.read("built")).toBe("conf/a\n");
    expect((await sandbox.status("hup")).runId).toBe(hup!);
    expect(await sandbox.ok("inspect", "db")).toMatch(/watches +0 files in 1 directory/);
  },
  SLOW_MS,
);

test(
  "what has crashed is started again when its source is mended, by the next daemon too",
  async () => {
    await using sandbox = inDirectories(
      {
        processes: {
          api: { command: "sh src/run.sh", restart: "no", watch: "src" },
          once: { command: "sh src/once.sh", watch: { paths: ["src/once.sh"] } },
        },
      },
      "src",
    );
    sandbox.write("src/run.sh", "exit 3");
    sandbox.write("src/once.sh", "echo one >> done");
    await sandbox.ok("up", "-d");
    await sandbox.until("api", ({ state }) => state === "failed");
    await sandbox.until("once", ({ state }) => state === "completed");
    sandbox.write("src/run.sh", SLEEP);
    const { runId } = await sandbox.until("api", ({ state }) => state === "running");

    sandbox.write("src/once.sh", "echo two >> done");
    await eventually("it to run again", async () => {
      return { value: null, done: sandbox.read("done").includes("two") };
    });
    await untilAnotherRun(sandbox, "api", runId);

    const { runId: last } = await sandbox.status("api");
    const { pid } = await sandbox.daemon();
    await sandbox.ok("daemon", "stop", "--leave-running");
    await eventually("the daemon to be gone", async () => {
      return { value: null, done: !isAlive(pid) };
    });
    sandbox.write("src/run.sh", `true; ${SLEEP}`);
    await sandbox.ok("daemon", "start");
    await untilAnotherRun(sandbox, "api", last);
    rmSync(join(sandbox.directory, "src"), { recursive: true });
  },
  SLOW_MS,
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test(
  "what keeps changing what it watches is suspended, with the file named, until it is started",
  async () => {
    await using sandbox = inDirectories(
      {
        processes: {
          loop: {
            command: ["sh", "-c", `sleep 0.1; date +%s%N > own/cache; ${SLEEP}`],
            watch: { paths: ["own"], debounce: "20ms" },
          },
        },
      },
      "own",
    );
    await sandbox.ok("up", "-d");
    const status = await sandbox.until("loop", ({ state }) => state === "suspended");
    expect(status.reason).toContain("own/cache changed 8 times in a row");
    expect(status.pid).toBeNull();
    expect(status.restarts).toBe(0);
    const [event] = await of(sandbox, "loop", "process.suspended");
    expect(event?.data["file"]).toBe("own/cache");
    expect((await sandbox.run("health")).code).toBe(1);
    const why = await sandbox.ok("why", "loop");
    expect(why).toContain("watch.exclude");
    await sandbox.ok("start", "loop");
    await sandbox.until("loop", ({ state }) => state === "running");
  },
  SLOW_MS,
);

test(
  "with --no-watch nothing is watched until 'down', and 'exec' does not watch",
  async () => {
    await using sandbox = inDirectories(
      { processes: { api: { command: SLEEP, watch: "src" } } },
      "src",
    );
    const inspected = () => sandbox.ok("inspect", "api");
    await sandbox.ok("up", "-d", "--no-watch");
    expect(await inspected()).not.toContain("watches");
    await sandbox.ok("up", "-d");
    expect(await inspected()).not.toContain("watches");
    await sandbox.ok("up", "-d", "--watch");
    expect(await inspected()).toContain("watches");
    await sandbox.ok("up", "-d", "--no-watch");
    expect(await inspected()).not.toContain("watches");
    await sandbox.ok("down");
    const { stdout } = await sandbox.shell('$PROCMAN exec -- sh -c "$PROCMAN inspect api"');
    expect(stdout).toContain("running");
    expect(stdout).not.toContain("watches");
    await sandbox.ok("up", "-d");
    expect(await inspected()).toContain("watches");
  },
  SLOW_MS,
);

test(
  "the foreground goes on while a change may start again what has failed",
  async () => {
    await using sandbox = inDirectories(
      { processes: { api: { command: "sh src/run.sh", restart: "no", watch: "src" } } },
      "src",
    );
    sandbox.write("src/run.sh", "exit 3");
    const up = sandbox.spawn(["up"]);
    await sandbox.until("api", ({ state }) => state === "failed");
    sandbox.write("src/run.sh", SLEEP);
    await sandbox.until("api", ({ state }) => state === "running");
    await untilChanged(sandbox, "api", 1);
    up.kill("SIGKILL");
    // It holds what the change has started.
    await sandbox.until("api", ({ state }) => state === "stopped");
  },
  SLOW_MS,
);
