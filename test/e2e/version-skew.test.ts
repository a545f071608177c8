/** Commands and daemons of different releases, both ways. */

import { expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { VERSION } from "../../src/protocol/version.ts";
import { Release } from "./release.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 60_000;
const [OLD, NEW] = ["0.0.1", "99.0.0"];
const CONFIG = { processes: { a: "sleep 1000", b: "sleep 1000" } };

test(
  "F55: an older daemon is looked at as it is, and upgraded in place by the first command that changes something",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const old = new Release(sandbox, OLD);
    expect((await old.run("up -d a")).code).toBe(0);
    const [before, daemon] = [await sandbox.status("a"), await sandbox.daemon()];
    expect(daemon.version).toBe(OLD);

    const { code, stderr } = await sandbox.run("start", "b");
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`Upgraded the daemon from ${OLD} to ${VERSION} (pid ${daemon.pid}).`),
    ]);
    expect(await sandbox.daemon()).toMatchObject({ version: VERSION, pid: daemon.pid });
    expect(await sandbox.status("a")).toMatchObject({ pid: before.pid, restarts: 0 });
    expect((await sandbox.run("stop", "b")).stderr).not.toContain("Upgraded");
    expect(await sandbox.events("--type", "daemon.*")).toMatchObject([
      { type: "daemon.started", data: { version: OLD } },
      { type: "daemon.stopping", data: { inPlace: true } },
      { type: "daemon.upgraded", data: { from: OLD, to: VERSION, pid: daemon.pid } },
    ]);

    // Nor does the keeper bring the older one back.
    await sandbox.killDaemon();
    const next = await eventually("the next daemon", async () => {
      const value = await sandbox.daemon().catch(() => null);
      return { value, done: value !== null && value.pid !== daemon.pid };
    });
    expect(next?.version).toBe(VERSION);
    expect(await sandbox.status("a")).toMatchObject({ pid: before.pid, restarts: 0 });

    // The other way round: the newer daemon serves the older commands, and stays what it is.
    const looked = await old.run("ls --json");
    expect(looked.stdout).toContain(String(before.pid));
    expect(await old.run("start b")).toMatchObject({ code: 0 });
    expect((await old.run("daemon restart")).code).toBe(0);
    expect(await sandbox.daemon()).toMatchObject({ version: VERSION, pid: next?.pid });
  },
  SLOW_MS,
);

test(
  "F55: a newer release whose daemon does not come up leaves the older one in place, says so, and works with it",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "a");
    const daemon = await sandbox.daemon();
    const broken = new Release(sandbox, NEW);
    rmSync(join(broken.source, "logs/worker.ts"));
    const { code, stderr } = await broken.run("start b");
    expect(code).toBe(0);
    expect(stderr).toContain(
      `The daemon stays at ${VERSION}. Cannot replace the daemon by the program on disk:`,
    );
    expect(await sandbox.daemon()).toMatchObject({
      version: VERSION,
      pid: daemon.pid,
      startedAt: daemon.startedAt,
    });
  },
  SLOW_MS,
);

test(
  "F55: a newer release whose daemon fails after its test is told of, and the older one is back",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "a");
    const { pid } = await sandbox.status("a");
    const broken = new Release(sandbox, NEW).edit(
      "daemon/daemon.ts",
      "chdir(home);",
      'chdir(home); throw new Error("broken");',
    );
    const { code, stderr } = await broken.run("start b");
    expect(code).toBe(0);
    expect(stderr).toMatch(
      new RegExp(`^The daemon stays at ${VERSION} \\(pid \\d+\\): the one of ${NEW} has failed`),
    );
    expect((await sandbox.daemon()).version).toBe(VERSION);
    expect(await sandbox.status("a")).toMatchObject({ pid, restarts: 0 });
  },
  SLOW_MS,
);

test(
  "F55: a daemon whose answers could be misread is not asked, but can be replaced",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d", "a");
    const { pid } = await sandbox.status("a");
    const next = new Release(sandbox, NEW).edit(
      "protocol/version.ts",
      "PROTOCOL = 1;",
      "PROTOCOL = 2;",
    );
    const looked = await next.run("ls");
    expect(looked.code).toBe(1);
    expect(looked.stderr).toContain(
      `Cannot understand the daemon: it is procman ${VERSION}, this is ${NEW}`,
    );
    expect(looked.stderr).toContain("'procman daemon restart'");
    expect((await next.run("daemon restart")).code).toBe(0);
    expect((await next.run("ls --json")).stdout).toContain(`"pid":${pid}`);
    expect((await sandbox.daemon()).version).toBe(NEW);
    expect((await sandbox.status("a")).pid).toBe(pid);
  },
  SLOW_MS,
);

test(
  "F55: what a daemon does not serve or understand any more, or not yet, is told of with both releases",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const daemon = new Release(sandbox, NEW)
      .edit("protocol/version.ts", "PROTOCOL = 1;", "PROTOCOL = 3;")
      .edit("protocol/version.ts", "OLDEST_PROTOCOL = 1;", "OLDEST_PROTOCOL = 2;");
    expect((await daemon.run("up -d a")).code).toBe(0);
    const refused = await sandbox.run("ls", "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      code: "DAEMON_VERSION",
      message: `Cannot carry out 'list': the command is of procman ${VERSION}, the daemon of ${NEW}`,
    });
    expect((await daemon.run("daemon stop")).code).toBe(0);

    // An operation of a release to come, which the daemon of this one has never heard of.
    await sandbox.ok("up", "-d", "a");
    const ask = (version: string, operation: string) =>
      fetch(`http://procman/rpc/${operation}`, {
        unix: join(sandbox.home, "daemon.sock"),
        method: "POST",
        headers: { "procman-version": version },
        body: JSON.stringify({ dance: true }),
      }).then((it) => it.json() as Promise<{ error: { code: string; message: string } }>);
    for (const operation of ["dance", "list"]) {
      const { error } = await ask(`${NEW} 1`, operation);
      expect(error.code).toBe("DAEMON_VERSION");
      expect(error.message).toStartWith(
        `Cannot carry out '${operation}': the command is of procman ${NEW}, the daemon of ${VERSION} (`,
      );
      expect((await ask(`${VERSION} 1`, operation)).error.code).toBe("INVALID_PARAMETER");
    }
  },
  SLOW_MS,
);
