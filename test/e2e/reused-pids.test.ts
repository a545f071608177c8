/** Another process under a pid that procman remembers: after a crash, a restart of the container, a restart of the machine.
 *  It is never signalled and never taken for the process that was meant. */

import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { join } from "node:path";
import { hasNamespaces, inNamespace } from "./pid-namespace.ts";
import { isAlive, kill, Sandbox } from "./sandbox.ts";

const SLOW_MS = 120_000;
const CONFIG = { name: "shop", processes: { a: { command: "sleep 1001", restart: "no" } } };

/** Sets `pid` to that of the process, `daemon` to that of the daemon. */
const LOOK = `
pid=$($PROCMAN ls --json | sed 's/.*"pid":\\([0-9]*\\).*/\\1/')
daemon=$($PROCMAN daemon status --json | sed 's/.*"pid":\\([0-9]*\\).*/\\1/')
keeper=$(awk '/^PPid/ { print $2 }' /proc/$daemon/status)
`;

/** The bystander that took the pid lives, whatever is asked of the process. */
const SPARED = `
$PROCMAN stop a
kill -0 $pid
$PROCMAN kill a
$PROCMAN ls --json
$PROCMAN down
sleep 0.1
tr '\\0' ' ' < /proc/$pid/cmdline
`;

const WHILE = {
  "no daemon was there": `
    kill -9 $keeper $daemon; until_gone $daemon
    kill -9 $pid; until_gone $pid
    take_pid $pid sleep 1002`,
  "the daemon, which had adopted it, stood still": `
    kill -9 $daemon; until_gone $daemon
    until $PROCMAN ls --json | grep -q '"adopted":true'; do sleep 0.05; done
    daemon=$($PROCMAN daemon status --json | sed 's/.*"pid":\\([0-9]*\\).*/\\1/')
    kill -STOP $daemon
    kill -9 $pid; until_gone $pid
    take_pid $pid sleep 1002
    kill -CONT $daemon`,
};

for (const [when, happens] of Object.entries(WHILE)) {
  test.skipIf(!hasNamespaces)(
    `F23: a process that took over the pid of one that ended while ${when} is not killed by a stop`,
    async () => {
      await using sandbox = new Sandbox(CONFIG);
      const script = `$PROCMAN up -d; ${LOOK} ${happens} ${SPARED}`;
      const said = await inNamespace(sandbox, script);
      expect(said).toEndWith("sleep 1002 ");
      expect(said).toMatch(/"state":"(failed|stopped)".*"pid":null/);
    },
    SLOW_MS,
  );
}

test.skipIf(!hasNamespaces)(
  "F79: a container that is started again on the same home takes no other process for one of the last time",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    const first = await inNamespace(sandbox, `$PROCMAN up -d; ${LOOK} echo $pid`);
    const pid = Number(first.trim().split("\n").at(-1));
    expect(pid).toBeGreaterThan(1);
    const said = await inNamespace(
      sandbox,
      `pid=${pid}
       take_pid $pid sleep 1002
       until $PROCMAN ls --json | grep -q '"state":"failed"'; do sleep 0.05; done
       ${SPARED}`,
    );
    expect(said).toEndWith("sleep 1002 ");
    expect(said).toContain('"state":"failed"');
    expect(said).not.toContain(`"pid":${pid}`);
  },
  SLOW_MS,
);

test(
  "F78: after another boot nothing under an old pid is taken for the process that had it, nor signalled",
  async () => {
    await using sandbox = new Sandbox(CONFIG);
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.status("a");
    await sandbox.ok("daemon", "stop", "--leave-running");
    const registry = new Database(join(sandbox.home, "registry.db"));
    registry.run("UPDATE meta SET value = 'another boot' WHERE key = 'boot_id'");
    registry.close();

    // The very pid and start time lives: the boot alone tells that it cannot be the one.
    expect(isAlive(pid ?? 0)).toBe(true);
    const found = await sandbox.status("a");
    expect([found.state, found.reason, found.pid]).toEqual(["stopped", "machine restarted", null]);
    await sandbox.ok("stop", "a");
    await sandbox.ok("kill", "a");
    await sandbox.ok("start", "a");
    const again = await sandbox.status("a");
    expect([again.state, again.adopted]).toEqual(["running", false]);
    expect(again.pid).not.toBe(pid);
    await sandbox.ok("restart", "a");
    await sandbox.ok("down");
    await sandbox.ok("daemon", "stop");
    expect(isAlive(pid ?? 0)).toBe(true);
    kill(pid ?? 0);
  },
  SLOW_MS,
);
