/** A program's line to procman: what is made of a connection that is closed again and again. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Line } from "../src/child-line.ts";

test("a line that is turned away each time comes again later each time", async () => {
  const directory = mkdtempSync(join(tmpdir(), "line-"));
  const path = join(directory, "socket");
  const cameAtMs: number[] = [];
  const { promise: enough, resolve } = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.end();
    cameAtMs.push(performance.now());
    if (cameAtMs.length === 5) resolve();
  });
  try {
    await new Promise<void>((listening) => server.listen(path, listening));
    const line = new Line(path, { opened: () => [], heard: () => {}, lost: () => {} });
    line.hold();
    await enough;
    const waitsMs = cameAtMs.slice(1).map((at, nth) => at - (cameAtMs[nth] ?? 0));
    // 100, 200, 400 and 800 ms, each a quarter shorter at most; timers are late, never early.
    for (const [nth, waitMs] of waitsMs.entries())
      expect(waitMs).toBeGreaterThanOrEqual(75 * 2 ** nth - 1);
  } finally {
    server.close();
    rmSync(directory, { recursive: true });
  }
});
