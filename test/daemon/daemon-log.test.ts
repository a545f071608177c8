/** What the daemon writes down of what happens. */

import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DaemonLog, eventLogger } from "../../src/daemon/daemon-log.ts";
import type { JournalEvent } from "../../src/model/events.ts";

test("what a program says at length does not drive everything else out of the log", () => {
  const directory = mkdtempSync(join(tmpdir(), "procman-daemon-log-"));
  try {
    const path = join(directory, "daemon.log");
    const log = new DaemonLog(path);
    const event = { seq: 7, type: "app.e", instanceId: "shop/api.1", runId: "home-1" };
    const data = { text: "x".repeat(16_000) };
    eventLogger(log).observe({ ...event, data } as unknown as JournalEvent);
    log.flush();
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/#7 app\.e shop\/api\.1 run=home-1 \{"text":"xxx.*x…\n$/);
    expect(text.length).toBeLessThan(1_200);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
