/** What a daemon has started beside runs is not left behind when it is replaced in place. */

import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { eventually, Sandbox } from "./sandbox.ts";

setDefaultTimeout(60_000);

test.skipIf(process.platform !== "linux")(
  "commands that probe end with the restart, and neither they nor relays of terminals stay as zombies",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        a: { command: "sleep 1000", health: { exec: "sleep 999", timeout: "10m" } },
        t: { command: "sleep 1000", tty: true },
      },
    });
    await sandbox.ok("up", "-d");
    const { pid } = await sandbox.daemon();
    const children = (state: RegExp, command: string): number[] =>
      readdirSync("/proc")
        .filter((it) => /^\d+$/.test(it))
        .flatMap((it) => {
          const [stat, line] = [read(`/proc/${it}/stat`), read(`/proc/${it}/cmdline`)];
          const [, is = "", parent] = /\) (\w) (\d+)/.exec(stat) ?? [];
          const isMeant = Number(parent) === pid && state.test(is) && line.includes(command);
          return isMeant ? Number(it) : [];
        });
    await eventually("the probe to run", async () => {
      const value = children(/[RS]/, "999");
      return { value, done: value.length === 1 };
    });
    const [probe] = children(/[RS]/, "999");
    await sandbox.ok("daemon", "restart");
    await sandbox.ok("stop", "t");
    await eventually("all that ended to be reaped", async () => {
      const value = children(/Z/, "");
      return { value, done: value.length === 0 };
    });
    expect(children(/./, "999")).not.toContain(probe);
    expect((await sandbox.status("a")).state).toBe("running");
  },
);

/** Empty when it is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
