/** process-compose.yaml files of the forms that its documentation has. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { importFile } from "../../src/config/importers/import.ts";
import { folderOf, loaded } from "./project-folder.ts";

const SHOP = `
version: "0.5"
is_strict: true
log_location: ./pc.log
log_level: debug
environment:
  - "STAGE=dev"
  - 'HOME_OF_X=\${HOME}/x$$y'
vars:
  QUEUE: mail
  LEVEL: 3
processes:
  "db:main":
    command: "redis-server --port \${DB_PORT}"
    is_daemon: false
    readiness_probe:
      exec: { command: "redis-cli ping" }
      initial_delay_seconds: 5
      period_seconds: 2
      timeout_seconds: 3
      failure_threshold: 20
    shutdown: { signal: 2, timeout_seconds: 3, parent_only: true }
    liveness_probe: { http_get: { host: 127.0.0.1, scheme: http, path: "/", port: 8080 } }
    availability: { restart: always, backoff_seconds: 2, max_restarts: 5, exit_on_end: true }
  migrate:
    command: "for i in $$(seq 3); do echo $$\${i}; done"
    depends_on: { "db:main": { condition: process_healthy } }
  api:
    entrypoint: ["serve", "--http"]
    working_dir: ./api
    environment: { N: 1 }
    depends_on:
      migrate: { condition: process_completed_successfully }
      cache: { condition: process_started }
    availability: { restart: on_failure }
    readiness_probe: { http_get: { port: 80, path: /up } }
    namespace: web
    disabled: true
  cache: { command: "cache", ready_log_line: "up (now)" }
  worker:
    command: "work --queue {{ .QUEUE }} --level {{.LEVEL}} --nth {{ .PC_REPLICA_NUM }} {{ .UNKNOWN }}"
    replicas: 3
    depends_on: { cache: { condition: process_log_ready }, migrate: { condition: process_completed } }
  nightly: { command: "report", schedule: { cron: "0 3 * * *", timezone: UTC }, is_tty: true }
`;

test("a process-compose.yaml is taken over", async () => {
  const { spec } = await loaded({ "process-compose.yaml": SHOP });
  const { "db-main": db, migrate, api, worker, cache, nightly } = spec.processes;
  expect(db).toMatchObject({
    command: { line: "redis-server --port $${DB_PORT}", shell: ["bash", "-c"] },
    env: { STAGE: "dev", HOME_OF_X: "${HOME:-}/x$y" },
    ready: [{ kind: "exec", intervalMs: 2_000, timeoutMs: 3_000 }],
    readyWithinMs: 45_000,
    stop: { signal: "SIGINT", timeoutMs: 3_000 },
    restart: {
      policy: "always",
      max: 5,
      backoff: { initialMs: 2_000, factor: 1, maxMs: 2_000 },
    },
  });
  expect(migrate).toMatchObject({
    command: { line: "for i in $(seq 3); do echo $$${i}; done" },
    dependsOn: [{ process: "db-main", condition: "ready" }],
    restart: { policy: "no" },
  });
  expect(api).toMatchObject({
    command: { kind: "list", argv: ["serve", "--http"] },
    cwd: join(spec.directory, "api"),
    env: { N: "1" },
    dependsOn: [
      { process: "migrate", condition: "succeeded" },
      { process: "cache", condition: "started" },
    ],
    restart: { policy: "on-failure" },
    ready: [{ kind: "http", url: "http://127.0.0.1:80/up" }],
    groups: ["web"],
    autostart: false,
    disabled: false,
  });
  expect(worker).toMatchObject({
    command: { line: "work --queue mail --level 3 --nth ${NODE_APP_INSTANCE} {{ .UNKNOWN }}" },
    instances: 3,
    dependsOn: [
      { process: "cache", condition: "ready" },
      { process: "migrate", condition: "completed" },
    ],
  });
  expect(cache!.ready).toMatchObject([{ kind: "log", pattern: RegExp.escape("up (now)") }]);
  expect(db!.health).toMatchObject([{ kind: "http", url: "http://127.0.0.1:8080/" }]);
  expect(nightly).toMatchObject({
    autostart: true,
    schedule: { times: { kind: "cron", cron: "0 3 * * *", timezone: "UTC" }, overlap: "skip" },
  });
});

test("what of a process-compose.yaml is left out is said", async () => {
  const files = { "process-compose.yaml": SHOP, "process-compose.override.yml": "" };
  const { notices } = await loaded(files);
  expect(notices.slice(1).map((notice) => notice.replace("process-compose.yaml: ", ""))).toEqual([
    '"db:main" is named "db-main" here',
    "process-compose.override.yml beside it is not read: lay it over as procman.local.yaml",
    "of the project, log_location is left out",
    'of "db-main", is_daemon, availability.exit_on_end, shutdown.parent_only is left out',
    '"worker" has templates ({{…}}) that are not filled in',
  ]);
});

test("a file of any name is read when its format is told", async () => {
  const file = join(folderOf({ "shop.yaml": SHOP }), "shop.yaml");
  expect(await importFile(file, null, {})).toMatchObject({ ok: false });
  expect(await importFile(file, "compose", {})).toMatchObject({ ok: false });
  expect(await importFile(file, "process-compose", {})).toMatchObject({ ok: true });
});
