/** PROCMAN_SOCKET: what any program says to procman, by itself or with the helper of "procman/child". */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;
const PYTHON = ["python3", join(FIXTURES, "ipc-child.py")];
const HELPED = join(FIXTURES, "child-program.ts");

/** As a package that was built has it for Node. */
const built = realpathSync(mkdtempSync(join(tmpdir(), "procman-child-")));
const RUNTIMES = {
  bun: ["bun", HELPED],
  node: ["node", join(built, "child-program.js")],
} as const;

beforeAll(async () => {
  await Bun.build({ entrypoints: [HELPED], outdir: built, target: "node" });
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

const health = { ipc: true, interval: "100ms" };

test(
  "a Python program says that it is ready, answers pings, and answers messages",
  async () => {
    await using sandbox = new Sandbox({
      processes: { snake: { command: PYTHON, ready: { ipc: true }, health } },
    });
    await sandbox.ok("up", "-d", "--wait");
    const { ipc } = await sandbox.until("snake", (it) => it.health === "healthy");
    expect(ipc).toBe(true);
    expect(await sandbox.ok("send", "snake", '{"n":21}', "--reply")).toBe('{"is":42}\n');
  },
  WAIT_MS,
);

for (const runtime of ["bun", "node"] as const) {
  test(
    `the helper in ${runtime} says, asks and answers, also after kill -9 and a restart of the daemon`,
    async () => {
      await using sandbox = new Sandbox({
        processes: {
          app: { command: [...RUNTIMES[runtime], "ready"], ready: { ipc: true }, health },
          other: "sleep 1000",
        },
      });
      const ask = async (message: unknown): Promise<unknown> =>
        JSON.parse(await sandbox.ok("send", "app", JSON.stringify(message), "--reply"));
      await sandbox.ok("up", "-d", "--wait");
      const { pid } = await sandbox.status("app");
      expect(await ask({ cmd: "double", n: 21 })).toBe(42);
      expect(await ask({ cmd: "from" })).toBe("cli");
      expect(await ask({ cmd: "status" })).toBe("app.1");
      expect(await ask({ cmd: "list" })).toEqual(["app.1", "other.1"]);
      for (const [cmd, says] of [
        ["fail", "no such thing"],
        ["nope", "Cannot answer 'nope': there is status and list"],
      ]) {
        const ran = await sandbox.run("send", "app", JSON.stringify({ cmd }), "--reply");
        expect([ran.code, ran.stderr.includes(says ?? "")]).toEqual([1, true]);
      }
      await ask({ cmd: "event", note: { seen: 1 } });
      await eventually("the event", async () => {
        const value = await sandbox.events("--type", "app.noted");
        return { value, done: value[0]?.process === "app" && value[0].data["seen"] === 1 };
      });
      await ask({ cmd: "health", status: "warning", note: "hot" });
      await sandbox.until("app", (it) => it.health === "warning");
      for (const restart of [() => sandbox.killDaemon(), () => sandbox.ok("daemon", "restart")]) {
        await restart();
        const now = await sandbox.until("app", (it) => it.ipc && it.health === "warning");
        expect(now.pid).toBe(pid);
        expect(await ask({ cmd: "double", n: 2 })).toBe(4);
      }
    },
    WAIT_MS,
  );

  test(
    `the helper in ${runtime} keeps nothing alive, and its last words are heard`,
    async () => {
      const command = [...RUNTIMES[runtime], "brief", "event"];
      await using sandbox = new Sandbox({ processes: { brief: { command, restart: "no" } } });
      await sandbox.ok("up", "-d");
      await sandbox.until("brief", ({ state }) => state === "completed");
      expect(await sandbox.events("--type", "app.last-words")).toHaveLength(1);
    },
    WAIT_MS,
  );

  test(`without procman the helper in ${runtime} does nothing`, async () => {
    const child = Bun.spawn([...RUNTIMES[runtime], "brief", "ready", "event"], {
      env: { PATH: process.env["PATH"] ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect([await child.exited, await child.stderr.text()]).toEqual([0, ""]);
  });
}

test(
  "F57: one that floods is slowed down, one that says too much at once is told, and others are heard",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        flood: { command: [...PYTHON, "flood"], ready: { ipc: true }, health },
        long: { command: [...PYTHON, "long"], ready: { ipc: true }, health },
        calm: { command: PYTHON, ready: { ipc: true }, health },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.until("flood", (it) => it.health === "healthy");
    await sandbox.until("long", (it) => it.health === "healthy");
    const before = await sandbox.daemon();
    for (let n = 1; n <= 10; n += 1) {
      expect(await sandbox.ok("send", "calm", `{"n":${n}}`, "--reply")).toBe(`{"is":${n * 2}}\n`);
    }
    const after = await sandbox.daemon();
    expect(after.pid).toBe(before.pid);
    const told = await sandbox.events("--type", "app.drop");
    // A hundred at once, then twenty a second; the machine may be slow.
    expect(told.length).toBeWithin(50, 2_000);
    const long = await sandbox.ok("logs", "long", "--no-prefix");
    expect(long).toContain("a message may have up to 1 MiB");
  },
  WAIT_MS,
);

test(
  "a connection that does not say of which run it is, or of one that is not there, is turned away",
  async () => {
    await using sandbox = new Sandbox({ processes: { a: "sleep 1000" } });
    await sandbox.ok("up", "-d");
    const { PROCMAN_SOCKET: path = "", PROCMAN_RUN_ID: runId } = await sandbox.environment("a");
    expect(runId).toBeString();
    for (const [line, says] of [
      ["hello", "this line is no JSON document"],
      ['{"cmd":"hello"}', "the first line has to be"],
      ['{"procman":1,"type":"ready"}', "the first line has to be"],
      ['{"procman":1,"type":"hello","run":"nope"}', "there is no run 'nope'"],
    ] as const) {
      const { promise, resolve } = Promise.withResolvers<string>();
      let heard = "";
      await Bun.connect({
        unix: path,
        socket: {
          open: (socket) => void socket.write(`${line}\n`),
          data: (_, bytes) => void (heard += bytes.toString()),
          close: () => resolve(heard),
        },
      });
      expect(JSON.parse(await promise)).toMatchObject({ procman: 1, type: "error" });
      expect(await promise).toContain(says);
    }
    expect((await sandbox.status("a")).ipc).toBe(false);
  },
  WAIT_MS,
);
