/** The HTTP interface on a TCP port, and the examples of docs/http.md. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;

const chatty = "echo listening >&2; while :; do echo tick; sleep 0.1; done";
const processes = { api: { command: chatty, ready: { log: "listening" } }, db: "sleep 1000" };

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox({ name: "shop", processes });
  await sandbox.ok("up", "-d", "--wait");
}, SLOW_MS);

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
}, SLOW_MS);

describe("over TCP", () => {
  test(
    "it listens when asked, with a token of its owner, over restarts and deaths of the daemon",
    async () => {
      const { listening } = JSON.parse(
        await sandbox.ok("daemon", "start", "--listen", "127.0.0.1:0", "--json"),
      ) as { listening: { url: string; tokenFile: string } };
      const { url, tokenFile } = listening;
      expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
      const token = readFileSync(tokenFile, "utf8").trim();
      const statusWith = async (headers: Record<string, string>): Promise<number> =>
        (await fetch(`${url}/api/processes`, { headers })).status;
      const bearer = { authorization: `Bearer ${token}` };
      expect(await statusWith({})).toBe(401);
      expect(await statusWith(bearer)).toBe(200);
      expect(await statusWith({ ...bearer, origin: "http://evil.example" })).toBe(403);
      const login = await fetch(`${url}/login?token=${token}`, { redirect: "manual" });
      const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect([login.status, await statusWith({ cookie })]).toEqual([303, 200]);

      expect(await sandbox.ok("daemon", "status")).toContain(url);
      await sandbox.ok("daemon", "restart");
      expect(await statusWith(bearer)).toBe(200);
      const before = await sandbox.killDaemon();
      await eventually("another daemon", async () => {
        const { code, stdout } = await sandbox.run("daemon", "status", "--json");
        return { value: code, done: code === 0 && !stdout.includes(`"pid":${before},`) };
      });
      expect(await statusWith({ cookie })).toBe(200);
    },
    SLOW_MS,
  );

  test("F67 a port that is taken is told by who has it, and nothing else changes", async () => {
    using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const before = (await sandbox.daemon()).listening;
    const address = `127.0.0.1:${taken.port}`;
    const { code, stderr } = await sandbox.run("daemon", "start", "--listen", address);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`(pid ${process.pid})`)]);
    expect(stderr).toContain(`Cannot listen on ${address}: the port is taken by`);
    expect((await sandbox.daemon()).listening).toEqual(before);
  });

  test("other machines are let in only when that is said", async () => {
    const refused = await sandbox.run("daemon", "start", "--listen", "0.0.0.0:0");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("--expose")]);
    const alone = await sandbox.run("daemon", "start", "--expose");
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining("--listen")]);
  });

  test("what it listens on is changed in place, and stays as it was when that cannot be", async () => {
    const before = (await sandbox.daemon()).listening!;
    const { port } = new URL(before.url);
    await sandbox.ok("daemon", "start", "--listen", `0.0.0.0:${port}`, "--expose");
    expect((await sandbox.daemon()).listening?.url).toBe(`http://0.0.0.0:${port}`);
    const nowhere = await sandbox.run(
      "daemon",
      "start",
      "--listen",
      `192.0.2.1:${port}`,
      "--expose",
    );
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining("no such address")]);
    expect((await fetch(`${before.url}/health`)).status).toBe(200);
    await sandbox.ok("daemon", "start", "--listen", `127.0.0.1:${port}`);
    await sandbox.ok("daemon", "start", "--listen", "0");
    expect((await sandbox.daemon()).listening).toEqual(before);
  });

  test("it listens no longer when that is asked", async () => {
    const { url } = (await sandbox.daemon()).listening!;
    await sandbox.ok("daemon", "start", "--listen", "off");
    expect((await sandbox.daemon()).listening).toBeNull();
    expect(fetch(`${url}/health`)).rejects.toThrow();
  });
});

describe("the examples of docs/http.md", () => {
  const text = readFileSync(resolve(import.meta.dir, "../../docs/http.md"), "utf8");
  const blocks = [...text.matchAll(/^```sh(| follow)\n([\s\S]*?)^```$/gm)].map(
    ([, kind = "", lines = ""]) => ({ isEndless: kind !== "", lines }),
  );
  const before = [
    'curl() { command curl --fail-with-body -sS "$@"; }',
    'procman() { $PROCMAN "$@"; }',
    'SOCKET="$PROCMAN_HOME/daemon.sock"',
    "set -e",
    "",
  ].join("\n");

  test("are there", () => expect(blocks.length).toBeGreaterThan(5));

  for (const { isEndless, lines } of blocks) {
    test(
      lines.split("\n")[0] ?? "",
      async () => {
        if (!isEndless) {
          const { code, stdout, stderr } = await sandbox.shell(before + lines);
          expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
          return;
        }
        const child = sandbox.spawnShell(`${before}curl() { exec curl -sS "$@"; }\n${lines}`);
        const started = sandbox.run("restart", "db.1");
        const { value } = await child.stdout.getReader().read();
        expect(value?.length).toBeGreaterThan(0);
        child.kill();
        await Promise.all([child.exited, started]);
      },
      SLOW_MS,
    );
  }
});
