/** A capture goes on, or ends in order, whatever becomes of the daemon, of itself and of who writes. */

import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  config,
  COUNTER,
  expectWhole,
  gone,
  grown,
  holding,
  linesOf,
  logOf,
  SLOW_MS,
} from "./captured.ts";
import { eventually, isAlive, kill, Sandbox } from "./sandbox.ts";

test(
  "a capture goes on over a daemon that is killed and one that is replaced: no line is lost, doubled or torn",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers`);
    await grown(sandbox, 20);
    await sandbox.killDaemon();
    await grown(sandbox, linesOf(sandbox).length + 200);
    await sandbox.ok("daemon", "restart");
    await grown(sandbox, linesOf(sandbox).length + 200);
    sandbox.write("end", "");
    expect(await ended).toMatchObject({ code: 0, stdout: "" });
    expectWhole(linesOf(sandbox));
    expect(readdirSync(join(sandbox.home, "run"))).toEqual([]);
  },
  SLOW_MS,
);

test(
  "without a daemon what comes waits, which is said, and is kept as soon as there is one again",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(`{ ${COUNTER}; } | $PROCMAN capture numbers 2> said`);
    await grown(sandbox, 20);
    await sandbox.ok("daemon", "stop");
    const stopped = linesOf(sandbox).length;
    await eventually("it to be said", async () => {
      const said = sandbox.read("said");
      return { value: said, done: said.includes("there is no daemon: what comes waits") };
    });
    expect(existsSync(join(sandbox.home, "daemon.sock"))).toBe(false);
    await sandbox.ok("daemon", "start");
    await grown(sandbox, stopped + 200);
    await sandbox.ok("daemon", "stop");
    // At its end a daemon is started for what waits.
    sandbox.write("end", "");
    expect((await ended).code).toBe(0);
    expectWhole(linesOf(sandbox));
  },
  SLOW_MS,
);

for (const [signal, text, status] of [
  ["SIGINT", "ready\nbye\n", 0],
  ["SIGTERM", "ready\n", 143],
] as const) {
  const what =
    signal === "SIGINT"
      ? "Ctrl-C is for who writes: its last words are kept"
      : "SIGTERM ends the capture, and what came is kept";
  test(
    what,
    async () => {
      await using sandbox = new Sandbox(config);
      const script =
        "trap 'echo bye; exit' INT; echo $$ > writer; echo ready; while :; do sleep 0.01; done";
      sandbox.write("writer.sh", script);
      const ended = sandbox.shell(`sh writer.sh | ${holding("words")}`);
      const path = logOf(sandbox, "words");
      await eventually("the first line", async () => {
        const value = existsSync(path) ? readFileSync(path, "utf8") : "";
        return { value, done: value === "ready\n" };
      });
      process.kill(Number(sandbox.read("holder")), signal);
      await gone(sandbox, signal === "SIGTERM" ? "holder" : null);
      process.kill(Number(sandbox.read("writer")), "SIGINT");
      expect((await ended).code).toBe(status);
      expect(readFileSync(path, "utf8")).toBe(text);
    },
    SLOW_MS,
  );
}

test(
  "when a capture is killed what came is kept, its pipe goes, and who writes is told by SIGPIPE",
  async () => {
    await using sandbox = new Sandbox(config);
    const ended = sandbox.shell(
      `{ sh -c 'while :; do echo x; sleep 0.002; done'; echo $? > status; } | ${holding("numbers")}`,
    );
    await grown(sandbox, 20);
    const holder = Number(sandbox.read("holder"));
    kill(holder);
    await ended;
    const status = await eventually("the writer to end", async () => {
      const value = existsSync(join(sandbox.directory, "status")) ? sandbox.read("status") : "";
      return { value, done: value !== "" };
    });
    expect(Number(status)).toBeGreaterThan(0);
    await eventually("the pipe to be gone", async () => {
      const pipes = readdirSync(join(sandbox.home, "run"));
      return { value: pipes, done: pipes.length === 0 };
    });
    expect(isAlive(holder)).toBe(false);
    expect(new Set(linesOf(sandbox))).toEqual(new Set(["x"]));
    expect(await sandbox.shell("echo y | $PROCMAN capture numbers")).toMatchObject({ code: 0 });
    expect(linesOf(sandbox).at(-1)).toBe("y");
  },
  SLOW_MS,
);
