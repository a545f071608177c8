/** What programs say to each other through procman: by the helper in Bun and Node, and by hand in Python. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { eventually, FIXTURES, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;
const HELPED = join(FIXTURES, "child-program.ts");
const CHILD = resolve(import.meta.dir, "../../src/child.ts");
const DOCUMENTATION = resolve(import.meta.dir, "../../docs/ipc.md");

/** As a package that was built has it for Node. */
const built = realpathSync(mkdtempSync(join(tmpdir(), "procman-messages-")));

beforeAll(async () => {
  await Bun.build({ entrypoints: [HELPED], outdir: built, target: "node" });
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

type Tell = (process: string, message: unknown) => Promise<unknown>;

function telling(sandbox: Sandbox): Tell {
  return async (process, message) =>
    JSON.parse(await sandbox.ok("send", process, JSON.stringify(message), "--reply"));
}

async function untilHeard(tell: Tell, process: string, what: unknown): Promise<void> {
  await eventually(`${process} to hear ${JSON.stringify(what)}`, async () => {
    const value = (await tell(process, { cmd: "heard" })) as unknown[];
    return { value, done: value.some((it) => Bun.deepEquals(it, what)) };
  });
}

test(
  "programs send, ask, publish, stream and measure, in Bun and Node, also after a restart of the daemon",
  async () => {
    const ready = { ipc: true };
    await using sandbox = new Sandbox({
      processes: {
        bun: { command: ["bun", HELPED, "ready", "listen"], ready },
        node: { command: ["node", join(built, "child-program.js"), "ready", "listen"], ready },
        idle: "sleep 1000",
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    const tell = telling(sandbox);
    for (const [one, other] of [
      ["bun", "node"],
      ["node", "bun"],
    ] as const) {
      const from = `${one}.1`;
      const sent = await tell(one, { cmd: "send", to: other, note: "hello" });
      expect(sent).toEqual({ delivered: 1, missed: [] });
      await untilHeard(tell, other, { data: "hello", from });
      expect(await tell(one, { cmd: "ask", to: other, note: { cmd: "double", n: 4 } })).toBe(8);
      const published = await tell(one, { cmd: "publish", to: "news.new", note: 1 });
      expect(published).toEqual({ delivered: 1 });
      await untilHeard(tell, other, { data: 1, from, topic: "news.new" });
      const streamed = await tell(one, { cmd: "stream", to: other, n: 100 });
      expect(streamed).toEqual({ from, chunks: 100, sum: 5_050 });
      const all = await tell(one, { cmd: "send", to: "all", note: "all" });
      expect(all).toEqual({ delivered: 1, missed: [{ name: "idle.1", code: "NOT_LISTENING" }] });
      for (const [to, says] of [
        ["idle", "Cannot send to idle.1: it takes no messages"],
        ["nobody", "Cannot find process 'nobody'"],
        ["other/api", "Cannot send to 'other/api'"],
        ["1", "Cannot send to '1'"],
      ]) {
        const ran = await sandbox.run("send", one, JSON.stringify({ cmd: "send", to }), "--reply");
        expect([ran.code, ran.stderr.includes(says ?? "")]).toEqual([1, true]);
      }
      await tell(one, { cmd: "metric", to: "queue", n: 12.5 });
      const measured = { name: "queue", value: 12.5, time: expect.any(String) };
      expect(JSON.parse(await sandbox.ok("inspect", one, "--json"))).toMatchObject({
        metrics: [measured],
      });
      expect(JSON.parse(await sandbox.ok("stats", one, "--json", "--since", "1h"))).toMatchObject([
        { metrics: [{ ...measured, points: [{ min: 12.5, mean: 12.5, max: 12.5 }] }] },
      ]);
    }
    expect(await sandbox.ok("inspect", "bun")).toContain("queue 12.5, at ");
    await sandbox.ok("set", "node", "restart.policy=always");
    await untilHeard(tell, "node", { changed: ["restart"] });
    expect(await tell("bun", { cmd: "stall", to: "node" })).toBe("begun");
    await sandbox.ok("daemon", "restart");
    await sandbox.until("bun", ({ ipc }) => ipc);
    await sandbox.until("node", ({ ipc }) => ipc);
    await untilHeard(tell, "bun", { broken: "the connection to procman was lost meanwhile" });
    await eventually("what was subscribed to anew", async () => {
      const value = await tell("bun", { cmd: "publish", to: "news.again", note: 2 });
      return { value, done: Bun.deepEquals(value, { delivered: 1 }) };
    });
    const [{ metrics }] = JSON.parse(await sandbox.ok("stats", "bun", "--json"));
    expect(metrics).toMatchObject([{ name: "queue", value: 12.5, points: null }]);
  },
  WAIT_MS,
);

test(
  "the programs of docs/ipc.md speak to each other, the one in Python too",
  async () => {
    const text = readFileSync(DOCUMENTATION, "utf8");
    const config = /^```yaml procman\.yaml\n(name: orders\n[\s\S]*?)^```$/m.exec(text)?.[1] ?? "";
    await using sandbox = new Sandbox(Bun.YAML.parse(config));
    const programs = [...text.matchAll(/^```\w+\n(?:\/\/|#) (\w+\.(?:ts|py))\n([\s\S]*?)^```$/gm)];
    for (const [, name = "", program = ""] of programs) {
      sandbox.write(name, program.replace('"procman/child"', JSON.stringify(CHILD)));
    }
    await sandbox.ok("up", "-d", "--wait");
    await sandbox.until("desk", ({ state }) => state === "completed");
    const log = async (name: string): Promise<string> =>
      (await sandbox.ok("logs", name, "--no-prefix")).trim();
    expect(await log("desk")).toBe("12 written: 2 lines");
    expect(await log("ledger")).toBe("desk.1 orders.new {'id': 17}");
    const packers = await Promise.all(["packer.1", "packer.2"].map(log));
    expect(packers.map((it) => it.includes("desk.1 says small boxes"))).toEqual([true, true]);
    expect(packers.join("\n").match(/pack 17/g)).toHaveLength(1);
  },
  WAIT_MS,
);
