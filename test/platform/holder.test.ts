/** A holder, for real: what is in a pipe stays while nobody else has it open. */

import { expect, test } from "bun:test";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LeftHolder } from "../../src/platform/holder.ts";
import { libc } from "../../src/platform/libc.ts";
import { openHolders } from "../../src/platform/pipe-holder.ts";
import { isDaemon } from "../../src/platform/process-tree.ts";
import { eventually, lives } from "./stage.ts";

const RDWR = constants.O_RDWR | constants.O_NONBLOCK;

test.skipIf(process.platform !== "linux")(
  "bytes outlive all who have the pipe open, and its holder is found and ended by its name",
  async () => {
    const home = mkdtempSync(join(tmpdir(), "procman-holder-"));
    const directory = join(home, "run");
    const pipe = join(directory, "pipe");
    Bun.spawnSync(["mkdir", directory]);
    Bun.spawnSync(["mkfifo", pipe]);
    try {
      const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
      const holder = openHolders(directory)?.start(onGone);
      const end = openSync(pipe, RDWR);
      writeSync(end, "last words");
      expect(holder?.take([end])).toBe(true);
      closeSync(end);
      expect(contentOf(pipe)).toBe("last words");

      const left = (): readonly LeftHolder[] => openHolders(directory)?.left() ?? [];
      // Its command line is there only when its program is.
      await eventually("it to be found", () => left()[0]?.pids.length === 1);
      const [found, ...more] = left();
      const [pid = 0] = found?.pids ?? [];
      expect(more).toEqual([]);
      expect(isDaemon(pid)).toBe(true);
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).toBe("");
      found?.end();
      await gone;
      expect(lives(pid)).toBe(false);
      expect(readdirSync(directory)).toEqual(["pipe"]);
      holder?.end();
    } finally {
      for (const left of openHolders(directory)?.left() ?? []) left.end();
      rmSync(home, { recursive: true });
    }
  },
);

test.skipIf(process.platform !== "linux")(
  "a queue that is full is told of at once, by a holder that has ended too",
  async () => {
    const c = libc();
    const directory = mkdtempSync(join(tmpdir(), "procman-holder-"));
    try {
      const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();
      // As for a user whose queues may not be widened.
      const narrow = c === null ? null : { ...c, widenQueue() {} };
      const holder = openHolders(directory, narrow)?.start(onGone);
      const fd = openSync("/dev/null", "r");
      const taken = Array.from({ length: 1_000 }, () => holder?.take([fd, fd]));
      closeSync(fd);
      expect(taken.filter((it) => it === true).length).toBeGreaterThan(100);
      expect(taken.at(-1)).toBe(false);
      for (const left of openHolders(directory)?.left() ?? []) left.end();
      await gone;
      expect(holder?.take([0])).toBe(false);
      holder?.end();
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

/** What is in it, which is taken. */
function contentOf(pipe: string): string {
  const fd = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const buffer = Buffer.alloc(64);
  try {
    return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, null));
  } finally {
    closeSync(fd);
  }
}
