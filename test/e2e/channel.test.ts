/** The channel that Bun and Node programs are born with: what they say over it, and what they are sent. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;
const CHILD = join(FIXTURES, "ipc-child.js");

for (const runtime of ["bun", "node"]) {
  test(
    `a ${runtime} program says that it is ready, answers pings, and is sent messages as they are`,
    async () => {
      await using sandbox = new Sandbox({
        processes: {
          worker: {
            command: [runtime, CHILD, "ready", "pong"],
            ready: { ipc: true },
            health: { ipc: true, interval: "100ms" },
          },
        },
      });
      await sandbox.ok("up", "-d", "--wait");
      const worker = await sandbox.until("worker", ({ health }) => health === "healthy");
      expect(worker.ipc).toBe(true);
      await sandbox.ok("send", "worker", '{"cmd":"hello"}');
      await eventually("the message to come as it is", async () => {
        const value = await sandbox.ok("logs", "worker", "--no-prefix");
        return { value, done: value.includes('{"cmd":"hello"}\n') };
      });
      const asked = '{"cmd":"double","n":21,"id":"x"}';
      expect(await sandbox.ok("send", "worker", asked, "--reply")).toBe('{"id":"x","is":42}\n');
      const [result] = JSON.parse(await sandbox.ok("send", "worker", asked, "--reply", "--json"));
      expect(result).toMatchObject({ id: "project/worker.1", ok: true, reply: { is: 42 } });
    },
    WAIT_MS,
  );
}

test(
  "one that never says that it is ready has failed in time, and says so",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        mute: {
          command: ["bun", CHILD],
          ready: { ipc: true, within: "500ms", timeout: "200ms" },
        },
      },
    });
    const { code } = await sandbox.run("up", "-d", "--wait");
    expect(code).toBe(1);
    expect((await sandbox.status("mute")).reason).toContain(
      "was not ready within 500ms: it has not said that it is ready within 200ms",
    );
  },
  WAIT_MS,
);

test(
  "what it says of its health counts at once, and one that hangs is restarted",
  async () => {
    const health = { ipc: true, interval: "1h", timeout: "300ms" };
    const command = ["bun", CHILD, "pong"];
    await using sandbox = new Sandbox({
      processes: {
        frank: { command, health },
        hung: { command, health: { ...health, interval: "50ms", failureThreshold: 2 } },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    const says = (status: string, message: string) =>
      JSON.stringify({ cmd: "say", what: { procman: 1, type: "health", status, message } });
    await sandbox.until("frank", (it) => it.health === "healthy");
    await sandbox.ok("send", "frank", says("warning", "the queue is long"));
    const warned = await sandbox.until("frank", (it) => it.health === "warning");
    expect(warned.reason).toContain("it says that it is warning: the queue is long");
    await sandbox.ok("send", "frank", says("healthy", "the queue is short"));
    await sandbox.until("frank", (it) => it.health === "healthy");

    await sandbox.until("hung", (it) => it.health === "healthy");
    await sandbox.ok("send", "hung", '{"cmd":"hang"}');
    await sandbox.until("hung", (it) => it.restarts === 1 && it.health === "healthy");
    const events = await sandbox.events("--type", "health.failed");
    expect(JSON.stringify(events)).toContain("it did not answer a ping within 300ms");
  },
  WAIT_MS,
);

test(
  "what cannot be sent, or is not answered, is said",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        plain: "sleep 1000",
        mute: { command: ["bun", CHILD], ipc: true },
        idle: { command: ["bun", CHILD], ipc: true, autostart: false },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    for (const [args, code, words] of [
      [["plain", "{}"], 1, "it has no channel open"],
      [["idle", "{}"], 1, "it does not run"],
      [["mute", "{}", "--reply", "--timeout", "100ms"], 124, "it has not within 100ms"],
      [["mute", "{cmd}"], 2, "it is no JSON"],
      [["mute", "reload"], 2, "'--text reload' writes to the input of mute"],
      [["mute"], 2, "nothing to send was given"],
      [["mute", "--text", "x", "--reply"], 2, "a reply to --text"],
    ] as const) {
      const ran = await sandbox.run("send", ...args);
      expect([...args, ran.code]).toEqual([...args, code]);
      expect(ran.stderr).toContain(words);
    }
    const waits = sandbox.run("send", "mute", "{}", "--reply");
    await eventually("the message to be there", async () => {
      const value = await sandbox.ok("logs", "mute", "--no-prefix");
      return { value, done: value.split("\n").filter((it) => it === "{}").length === 2 };
    });
    await sandbox.ok("kill", "mute");
    const ended = await waits;
    expect([ended.code, ended.stderr.includes("channel was closed")]).toEqual([1, true]);
  },
  WAIT_MS,
);

test(
  "kill -9 of the daemon and a restart in place leave it running, without its channel until its next run",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        worker: {
          command: ["node", CHILD, "ready", "pong"],
          ready: { ipc: true },
          health: { ipc: true, interval: "50ms", failureThreshold: 1 },
        },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await sandbox.until("worker", ({ health }) => health === "healthy");
    await sandbox.killDaemon();
    expect(await sandbox.status("worker")).toMatchObject({ pid, ipc: false, state: "running" });
    await sandbox.ok("daemon", "restart");
    expect(await sandbox.status("worker")).toMatchObject({ pid, ipc: false, health: "healthy" });
    expect((await sandbox.run("send", "worker", "{}")).stderr).toContain("procman restart");
    await sandbox.ok("restart", "worker");
    const anew = await sandbox.until("worker", ({ health }) => health === "healthy");
    expect(anew).toMatchObject({ ipc: true, restarts: 0 });
  },
  WAIT_MS,
);

test(
  "a ready probe that fails too often in a row fails the run before its time is over",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        hopeless: {
          command: "sleep 1000",
          ready: { exec: "exit 7", interval: "10ms", failureThreshold: 3, within: "1h" },
        },
      },
    });
    expect((await sandbox.run("up", "-d", "--wait")).code).toBe(1);
    const { state, reason } = await sandbox.status("hopeless");
    expect([state, reason]).toEqual([
      "failed",
      "did not become ready: 'exit 7' exited with code 7 (3 failures in a row)",
    ]);
    expect(await sandbox.ok("why", "hopeless")).toContain("ready.failureThreshold");
  },
  WAIT_MS,
);
