/** A small shop: six programs of several kinds, started in the right order and watched over. */

import { defineConfig } from "procman";

export default defineConfig({
  name: "shop",
  // .env.local is each developer's own; the question mark says that it may be missing.
  envFile: [".env", ".env.local?"],
  groups: { store: ["web", "api"], back: ["worker", "report"] },
  // Whoever has the watch finds there what went wrong, and when it was over; `bunx procman alerts` shows what is wrong now.
  alerts: [
    {
      on: ["health.critical", "health.failed", "process.backoff", "process.failed"],
      cooldown: "5s",
      exec: 'echo "$PROCMAN_ALERT_TIME $PROCMAN_ALERT_STATUS: $PROCMAN_ALERT_PROCESS: $PROCMAN_ALERT_REASON" >> alerts.log',
    },
  ],
  processes: {
    migrate: {
      command: "bun migrate.ts",
      description: "brings the database up to date, once",
      restart: "no",
    },
    api: {
      command: "bun api.ts",
      description: "products and orders as JSON, over SQLite",
      port: "${SHOP_API_PORT:-4181}",
      dependsOn: { migrate: "succeeded" },
      ready: { http: { url: "http://127.0.0.1:${PORT}/ready", body: '"ready":true' } },
      // Asks the database: an API without one is of no use, and a new run opens it anew.
      health: { http: "http://127.0.0.1:${PORT}/products", interval: "2s" },
      // Told of, and nothing else: `bunx procman stats api --since 1h` shows how it came to that.
      thresholds: {
        memory: { warning: "300MB", critical: "500MB", for: "30s" },
        cpu: { warning: 80, for: "1m" },
      },
    },
    web: {
      command: "bun web.ts",
      description: "the pages that customers see",
      port: "${SHOP_WEB_PORT:-4180}",
      dependsOn: ["api"],
      ready: { tcp: "${PORT}" },
      // 502 is what it shows when the API is away: that is not cured by starting the pages anew.
      health: {
        http: { url: "http://127.0.0.1:${PORT}/", status: ["200-299", 502] },
        interval: "2s",
        timeout: "3s",
      },
      links: ["http://127.0.0.1:${PORT}"],
    },
    worker: {
      command: "bun worker.ts",
      description: "packs and ships what was ordered",
      instances: 2,
      dependsOn: { migrate: "succeeded" },
      ready: [{ log: "^ready to pack" }, { exec: "sh can-write.sh" }],
      health: [
        { log: { pattern: "^order \\d+ refused", means: "warning" }, interval: "1s" },
        // The ledger cannot be written: the disk is full, or somebody took it away.
        { exec: "sh can-write.sh", interval: "2s" },
      ],
      // It finishes the order in its hands first.
      stop: { timeout: "10s" },
    },
    customers: {
      command: "bun customers.ts",
      description: "order something now and then",
      dependsOn: ["web"],
      // They cannot open a shop that is closed: they are left running, and it is said.
      restart: "no",
      // They say that they have found the door.
      ready: { ipc: true },
      health: [
        { tcp: "127.0.0.1:${web.port}", interval: "2s" },
        // Is anybody there? Who is frozen, or in a circle, does not answer.
        { ipc: true, interval: "2s" },
      ],
    },
    report: {
      command: "sh report.sh",
      description: "a shell script that sums up what was shipped",
      env: { REPORT_EVERY_SECONDS: "5" },
      dependsOn: { worker: "started" },
      ready: { after: "300ms" },
      // A script that sums up a few lines has no need of more: it is in a circle, or keeps what it read.
      health: {
        resource: { memory: { warning: "50MB", unhealthy: "200MB" }, cpu: { critical: 90 } },
      },
    },
  },
});
