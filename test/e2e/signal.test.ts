/** `signal`: reaches the whole group, is no stop, and says what it could not do. */

import { constants } from "node:os";
import { expect, test } from "bun:test";
import type { ActionResult } from "../../src/protocol/shapes.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const LISTENER =
  "trap 'echo leader >> got' USR1; sh -c \"trap 'echo child >> got' USR1; touch armed; while :; do sleep 0.05; done\" & while :; do sleep 0.05; done";

test("a signal reaches the whole group, and what ends of it is the restart policy's business", async () => {
  await using sandbox = new Sandbox({
    processes: {
      api: { command: ["sh", "-c", LISTENER] },
      web: {
        command: "sleep 1000",
        restart: { policy: "always", backoff: { initial: "1ms", jitter: 0 } },
      },
      done: { command: "true", restart: "no" },
    },
  });
  await sandbox.ok("up", "-d");
  await eventually("the child to listen", async () => {
    return { value: null, done: await Bun.file(`${sandbox.directory}/armed`).exists() };
  });
  for (const name of ["USR1", "sigusr1", String(constants.signals.SIGUSR1)]) {
    await sandbox.ok("signal", name, "api");
    const lines = await eventually("both to have got it", async () => {
      const file = Bun.file(`${sandbox.directory}/got`);
      const value = (await file.exists()) ? (await file.text()).trim().split("\n") : [];
      return { value, done: value.length >= 2 };
    });
    expect(lines.toSorted()).toEqual(["child", "leader"]);
    await Bun.file(`${sandbox.directory}/got`).delete();
  }
  const web = await sandbox.status("web");
  const results = JSON.parse(await sandbox.ok("signal", "TERM", "web", "--json")) as ActionResult[];
  expect(results).toEqual([
    {
      id: web.id,
      action: "signal",
      ok: true,
      changed: true,
      state: "running",
      pid: web.pid,
      error: null,
    },
  ]);
  const again = await sandbox.until("web", ({ state, restarts }) => {
    return state === "running" && restarts === 1;
  });
  expect(again.pid).not.toBe(web.pid);

  await sandbox.until("done", ({ state }) => state === "completed");
  const idle = await sandbox.run("signal", "HUP", "done");
  expect([idle.code, idle.stderr]).toEqual([1, expect.stringContaining("it is completed")]);
  const all = await sandbox.run("signal", "CONT", "all");
  expect([all.code, all.stderr]).toEqual([0, expect.not.stringContaining("done")]);
}, 120_000);

test("a signal that there is none of exits 2 with the nearest", async () => {
  await using sandbox = new Sandbox({ processes: { api: "sleep 1000" } });
  const rows = [
    [["USR3", "api"], "SIGUSR"],
    [["99", "api"], "or a number from 1 to 64"],
    [["0", "api"], "no such signal"],
    [["HUP"], "no target"],
  ] as const;
  for (const [args, text] of rows) {
    const { code, stderr } = await sandbox.run("signal", ...args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringContaining(text)]);
  }
}, 120_000);
