/** Many who follow, and those who come back: the daemon has no part in it, and nobody misses or sees twice. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { eventually, Sandbox } from "./sandbox.ts";

const SLOW_MS = 240_000;
const MEGABYTE = 1_000_000;

test(
  "F33: fifty followers at once see all of a large log, and cost the daemon no memory in proportion to it",
  async () => {
    const part = `yes 'a line of the large log' | head -c ${20 * MEGABYTE}; echo`;
    const script = `${part}; while [ ! -e go ]; do sleep 0.01; done; ${part}; echo the end; exec sleep 1000`;
    await using sandbox = new Sandbox({
      processes: { api: { command: ["sh", "-c", script], log: { maxSize: "1GB" } } },
    });
    await sandbox.ok("up", "-d", "--wait");
    const before = await sandbox.daemon();
    // Each leaves word once it has its first byte, and ends with the last line.
    const follower = `$PROCMAN logs -f --since 1h --no-prefix | { head -c 1 > seen.$n; grep -q 'the end'; }`;
    const all = sandbox.shell(
      `n=0; while [ $n -lt 50 ]; do n=$((n + 1)); { ${follower} && echo saw it; } & done; wait`,
    );
    await eventually("all to follow", async () => {
      const seen = readdirSync(sandbox.directory).filter((name) => name.startsWith("seen."));
      return { value: seen.length, done: seen.length === 50 };
    });
    const following = await sandbox.daemon();
    sandbox.write("go", "");
    const { stdout, stderr } = await all;
    const after = await sandbox.daemon();
    expect(stdout).toBe("saw it\n".repeat(50));
    expect(stderr).toBe("");
    for (const { memoryBytes } of [following, after]) {
      expect(memoryBytes - before.memoryBytes).toBeLessThan(20 * MEGABYTE);
    }
  },
  SLOW_MS,
);

test(
  "F76: a consumer that was away goes on with its cursor, over rotation and the death of the daemon: no gap, no double",
  async () => {
    const script = 'n=0; while :; do n=$((n + 1)); echo "line $n"; sleep 0.005; done';
    await using sandbox = new Sandbox({
      processes: {
        api: {
          command: ["sh", "-c", script],
          log: { maxSize: "1KB", maxFiles: 1_000, compress: false },
        },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    let cursor: string | null = null;
    let last = 0;
    for (const during of ["nothing", "the death of the daemon", "its replacement"]) {
      const from = cursor === null ? "-n 100000" : `--cursor ${cursor}`;
      const { stdout } = await sandbox.shell(`$PROCMAN logs -f --json ${from} | head -n 200`);
      const lines = stdout
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as { readonly line: string; readonly cursor: string });
      expect(lines.map(({ line }) => line)).toEqual(
        Array.from({ length: 200 }, (_, nth) => `line ${last + nth + 1}`),
      );
      last += 200;
      cursor = lines.at(-1)?.cursor ?? null;
      if (during === "the death of the daemon") await sandbox.killDaemon();
      if (during === "its replacement") await sandbox.ok("daemon", "restart");
      await eventually("much more to be written", async () => {
        const [line = ""] = (await sandbox.ok("logs", "-n", "1", "--no-prefix")).split("\n");
        return { value: line, done: Number(line.slice("line ".length)) > last + 100 };
      });
    }
    const { stdout } = await sandbox.shell(`$PROCMAN logs --no-prefix --cursor '${cursor}'`);
    const [first] = stdout.split("\n");
    expect(first).toBe(`line ${last + 1}`);
  },
  SLOW_MS,
);
