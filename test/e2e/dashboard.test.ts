/** How a browser comes in to the dashboard. */

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { freePort } from "../free-ports.ts";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;

interface Dash {
  readonly url: string;
  readonly address: string;
  readonly expiresAt: string;
}

let sandbox: Sandbox;
const dash = async (...args: string[]): Promise<Dash> =>
  JSON.parse(await sandbox.ok("dash", "--json", ...args)) as Dash;

beforeAll(async () => {
  sandbox = new Sandbox(null);
}, SLOW_MS);

afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
}, SLOW_MS);

describe("procman dash", () => {
  test(
    "starts a daemon that listens for this machine alone, and prints a link that lets in once",
    async () => {
      const { code, stdout, stderr } = await sandbox.run("dash");
      expect(code).toBe(0);
      expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/login\?code=[\w.-]+\n$/);
      expect(stderr).toContain("It lets one browser in, once, within ten minutes");
      const link = stdout.trim();
      // As docs/dashboard.md has it, but for the numbers; it may say before that it waits for the daemon.
      const withoutChance = (text: string) =>
        text.replaceAll(/127\.0\.0\.1:\d+/g, "ADDRESS").replace(/code=\S+/, "CODE");
      const page = readFileSync(join(import.meta.dir, "../../docs/dashboard.md"), "utf8");
      const shown = /^```console\n\$ procman dash\n([^]*?)^```$/m.exec(page)?.[1] ?? "";
      const said = stdout + stderr.split("\n").slice(-2).join("\n");
      expect(withoutChance(said)).toBe(withoutChance(shown));
      const login = await fetch(link, { redirect: "manual" });
      const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
      expect([login.status, login.headers.get("location")]).toEqual([303, "/"]);
      const got = await fetch(new URL("/", link), { headers: { cookie } });
      expect([got.status, got.headers.get("content-type")]).toEqual([
        200,
        "text/html; charset=utf-8",
      ]);
      expect(await got.text()).toContain("<title>procman</title>");
      const again = await fetch(link, { redirect: "manual", headers: { accept: "text/html" } });
      expect([again.status, await again.text()]).toEqual([
        401,
        expect.stringContaining("procman dash"),
      ]);
      const { listening } = await sandbox.daemon();
      const token = readFileSync(listening?.tokenFile ?? "", "utf8").trim();
      expect(stdout + stderr).not.toContain(token);
    },
    SLOW_MS,
  );

  test(
    "goes on where the daemon listens already, with another link each time",
    async () => {
      const before = (await sandbox.daemon()).listening?.url;
      const [one, other] = [await dash(), await dash()];
      expect([one.address, other.address]).toEqual([`${before}/`, `${before}/`]);
      expect(one.url).not.toBe(other.url);
      const leftMs = Date.parse(one.expiresAt) - Date.now();
      expect(leftMs).toBeGreaterThan(0);
      expect(leftMs).toBeLessThanOrEqual(600_000);
    },
    SLOW_MS,
  );

  test(
    "listens on the port that it is told, and says where it did before",
    async () => {
      const before = (await sandbox.daemon()).listening?.url;
      const port = freePort();
      const { code, stdout, stderr } = await sandbox.run("dash", "--port", String(port));
      expect([code, stdout]).toEqual([
        0,
        expect.stringContaining(`http://127.0.0.1:${port}/login`),
      ]);
      expect(stderr).toContain(`listened on ${before}`);
      expect((await dash("--port", String(port))).address).toBe(`http://127.0.0.1:${port}/`);
    },
    SLOW_MS,
  );

  test(
    "gives the address of this machine where it listens on all of them",
    async () => {
      const { port } = new URL((await dash()).address);
      await sandbox.ok("daemon", "start", "--listen", `0.0.0.0:${port}`, "--expose");
      expect((await dash()).address).toBe(`http://127.0.0.1:${port}/`);
      await sandbox.ok("daemon", "start", "--listen", port);
    },
    SLOW_MS,
  );

  test(
    "F67 tells who has a port that is taken, and goes on where it was",
    async () => {
      using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
      const before = await dash();
      const { code, stderr } = await sandbox.run("dash", "--port", String(taken.port));
      expect([code, stderr]).toEqual([1, expect.stringContaining(`(pid ${process.pid})`)]);
      expect((await dash()).address).toBe(before.address);
    },
    SLOW_MS,
  );

  test(
    "refuses what it does not know",
    async () => {
      for (const args of [["--port", "70000"], ["--port", "http"], ["shop"]]) {
        expect((await sandbox.run("dash", ...args)).code).toBe(2);
      }
    },
    SLOW_MS,
  );

  test(
    "opens the browser of this machine, and says so where there is none",
    async () => {
      const bin = join(sandbox.root, "bin");
      const opener = join(bin, process.platform === "darwin" ? "open" : "xdg-open");
      mkdirSync(bin);
      writeFileSync(opener, `#!/bin/sh\necho "$@" > ${bin}/opened\n`);
      chmodSync(opener, 0o755);
      const link = (await sandbox.okWith({ PATH: `${bin}:/bin` }, "dash", "--open")).trim();
      expect(readFileSync(join(bin, "opened"), "utf8").trim()).toBe(link);
      writeFileSync(opener, "#!/bin/sh\nexit 4\n");
      const failed = await sandbox.runWith({ PATH: `${bin}:/bin` }, "dash", "--open");
      expect([failed.code, failed.stderr]).toEqual([
        1,
        expect.stringContaining("exited with code 4"),
      ]);
      rmSync(opener);
      const none = await sandbox.runWith({ PATH: bin }, "dash", "--open");
      expect([none.code, none.stdout]).toEqual([1, expect.stringContaining("/login?code=")]);
      expect(none.stderr).toContain("Cannot open a browser: there is no");
    },
    SLOW_MS,
  );

  test(
    "says over ssh how to come in from elsewhere",
    async () => {
      const env = { SSH_CONNECTION: "10.0.0.2 5 10.0.0.1 22", USER: "me" };
      const { stderr } = await sandbox.runWith(env, "dash");
      const { port } = new URL((await dash()).address);
      // Messages are wrapped to the width of a terminal.
      expect(stderr.replaceAll(/\s+/g, " ")).toContain(
        `'ssh -N -L ${port}:127.0.0.1:${port} me@${hostname()}'`,
      );
    },
    SLOW_MS,
  );
});
