/** What `inspect` shows is what somebody would write. */

import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asWritten } from "../../../src/cli/render/written-spec.ts";
import { loadProject } from "../../../src/config/load.ts";

test.each([
  [{ command: "run" }],
  [{ command: ["run", "a b"], restart: "always", autostart: false }],
  [{ command: "run", restart: { max: 3, backoff: { initial: "1s" } }, stop: { timeout: "2m" } }],
  [{ command: "run", port: "auto", description: "two words" }],
  [{ command: "run", port: { number: 3000, bump: 10 }, umask: "022" }],
  [{ command: "run", dependsOn: ["db"], log: { maxSize: "20MB", compress: false } }],
  [{ command: "run", dependsOn: { db: { condition: "started", required: false } } }],
  [{ command: "run", ready: { exec: "true", within: "5s" } }],
  [{ command: "run", restart: { cron: "0 4 * * *" } }],
  [{ command: "run", schedule: { every: "90s", overlap: "replace", runOnStart: true } }],
  [{ command: "run", schedule: { cron: "@daily", timezone: "Europe/Berlin", overlap: "skip" } }],
  [
    {
      command: "run",
      health: {
        resource: { memory: { warning: "300MB", unhealthy: "1GiB" }, cpu: { critical: 95 } },
      },
      thresholds: { memory: { critical: "450MB" }, cpu: { warning: 80, for: "30s" } },
    },
  ],
  [{ command: "run", health: { resource: { cpu: { critical: 95 } } } }],
  [{ command: "run", ready: [{ tcp: "3000" }, { http: "http://localhost/", interval: "1s" }] }],
  [
    {
      command: "run",
      ready: { log: { pattern: "up", stream: "stderr" }, successThreshold: 2 },
      health: [
        { tcp: "3000" },
        { log: { pattern: "panic", means: "failed" }, startPeriod: "10s" },
        {
          http: {
            url: "https://localhost/",
            method: "HEAD",
            status: [204, "300-399"],
            headers: { bytesMs: "1" },
            body: "ok",
            tls: { insecure: true },
          },
          interval: "1s",
          failureThreshold: 5,
        },
      ],
    },
  ],
])("%j is shown as it was written", async (written) => {
  const { env: _, ...spec } = await specOf(written);
  expect(asWritten({ ...spec })).toEqual(written);
});

async function specOf(written: object) {
  const directory = mkdtempSync(join(tmpdir(), "procman-test-"));
  try {
    const processes = { db: { command: "db" }, it: written };
    writeFileSync(join(directory, "procman.json"), JSON.stringify({ name: "p", processes }));
    const loaded = await loadProject({
      directory,
      files: [],
      project: null,
      profiles: [],
      env: { HOME: directory },
    });
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    return loaded.project.spec.processes["it"]!;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
