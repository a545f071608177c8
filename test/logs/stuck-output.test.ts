/** Both ways of capturing output treat a file that takes nothing alike. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { logPath } from "../../src/logfile/paths.ts";
import type { Dropped } from "../../src/logs/options.ts";
import { createOutput } from "../../src/logs/output.ts";
import type { OutputRun } from "../../src/supervisor/ports.ts";

const COUNT = "n=0; while :; do n=$((n + 1)); echo $n; sleep 0.005; done";
const PATIENCE_MS = 15_000;

for (const [name, splice] of [
  ["spliced", true],
  ["read and written", false],
] as const) {
  test.concurrent(
    `${name}: what is not in the file was dropped and counted, to the byte; a drain comes back`,
    async () => {
      const home = mkdtempSync(join(tmpdir(), "procman-stuck-"));
      const owner = { project: "shop", process: "api", index: 1 };
      const path = logPath(home, owner, "stdout");
      mkdirSync(join(path, "in the way"), { recursive: true });
      const [troubles, told]: [string[], Dropped[]] = [[], []];
      const plane = createOutput({
        home,
        splice,
        trouble: (_, error) => troubles.push(String(error)),
        onRotated: () => {}, // Too little is written.
        onDropped: (_, dropped) => told.push(dropped),
      });
      const log = {
        maxSizeBytes: 1e7,
        maxFiles: 1,
        maxAgeMs: null,
        compress: false,
        onFull: "drop",
        file: null,
      } as const;
      const run: OutputRun = { ...owner, instance: "shop/api.1", runId: "home-1", log };
      const ends = plane.open(run);
      const child = Bun.spawn(["sh", "-c", COUNT], {
        stdio: ["ignore", ends.stdoutFd, ends.stderrFd],
      });
      ends.close();
      try {
        await until(() => told.length === 1);
        expect(troubles.length).toBe(1);
        rmSync(path, { recursive: true });
        await until(() => existsSync(path) && readFileSync(path, "utf8").split("\n").length > 20);
        const numbers = readFileSync(path, "utf8").split("\n").slice(0, -1).map(Number);
        const [first = 0] = numbers;
        expect(numbers).toEqual(numbers.map((_, nth) => first + nth));
        const before = Array.from({ length: first - 1 }, (_, nth) => `${nth + 1}\n`).join("");
        expect(plane.droppedBytes("shop/api.1")).toBe(before.length);
        expect(told.map(({ isOver }) => isOver)).toEqual([false, true]);
        expect(told[1]).toEqual({ stream: "stdout", bytes: before.length, isOver: true });
        expect(troubles.length).toBe(2); // That it cannot be written, and that it can.
        rmSync(path);
        mkdirSync(join(path, "in the way"), { recursive: true });
        await until(() => troubles.length === 3);
      } finally {
        child.kill("SIGKILL");
        await child.exited;
        await plane.drain("home-1");
        await plane.close();
        rmSync(home, { recursive: true });
      }
    },
    60_000,
  );
}

async function until(isTrue: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!isTrue()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${String(isTrue)}`);
    await Bun.sleep(10);
  }
}
