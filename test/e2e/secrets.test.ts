/** Secrets: what lies in the home is its owner's alone, and no answer and no log has the value of a variable. */

import { expect, test } from "bun:test";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { maskSecret } from "../../src/protocol/secrets.ts";
import { Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const SECRET = "hunter2-nobody-may-see";

test(
  "F73: everything in the home is private whatever the caller's umask, and values are in the registry alone",
  async () => {
    await using sandbox = new Sandbox({
      name: "shop",
      processes: {
        api: {
          command: ["sh", "-c", "echo up; sleep 1000; :", "sh", "${DB_URL}"],
          env: { API_TOKEN: SECRET, DB_URL: `postgres://me:${SECRET}@db/shop` },
          health: { exec: 'echo "$API_TOKEN" >&2; false', interval: "50ms" },
          restart: { max: 2, backoff: { initial: "20ms" } },
          pidFile: "api.pid",
        },
        still: { command: "sleep 1000", tty: true },
        heard: { command: "sleep 1000", stdin: true },
        missing: { command: "no-such-command", env: { API_TOKEN: SECRET } },
      },
      alerts: [{ on: ["*"], exec: "cat > notice.json" }],
    });
    await sandbox.shell("umask 000; $PROCMAN up -d");
    await sandbox.until("api", ({ state }) => state === "failed");

    for (const path of everythingIn(sandbox.home)) {
      const info = lstatSync(path);
      const mode = info.mode & 0o777;
      expect([path, mode.toString(8)]).toEqual([path, info.isDirectory() ? "700" : "600"]);
      if (info.isFile() && !basename(path).startsWith("registry.db")) {
        expect([path, readFileSync(path, "latin1").includes(SECRET)]).toEqual([path, false]);
      }
    }
    const registry = ["registry.db", "registry.db-wal"].map((name) => join(sandbox.home, name));
    expect(registry.some((it) => readFileSync(it, "latin1").includes(SECRET))).toBe(true);

    for (const line of [
      "ls --json",
      "status",
      "inspect api --json",
      "inspect api",
      "inspect api --env --json",
      "why api --json",
      "events --json --since 1h",
      "health --json",
      "config show",
      "config show --json",
      "graph --json",
      "alerts --json",
      "doctor --json",
    ]) {
      const { stdout, stderr } = await sandbox.run(...line.split(" "));
      expect([line, `${stdout}${stderr}`.includes(SECRET)]).toEqual([line, false]);
    }
    expect(sandbox.read("notice.json")).not.toContain(SECRET);
    const masked = maskSecret("API_TOKEN", SECRET);
    expect(await sandbox.ok("inspect", "missing", "--env")).toContain(masked);
    expect(await sandbox.ok("inspect", "missing", "--env", "--reveal")).toContain(SECRET);
  },
  SLOW_MS,
);

function everythingIn(directory: string): string[] {
  return [directory, ...readdirSync(directory, { recursive: true, encoding: "utf8" })].map((it) =>
    it === directory ? it : join(directory, it),
  );
}
