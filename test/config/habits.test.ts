/** Words of other tools are answered with procman's. */

import { expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

const unknown = (path: string, hint: string) => `procman.yaml:1: ${path}: unknown key | ${hint}`;
const misplaced = "Processes belong under `processes`.";

test.each([
  ["web: bun web.ts", unknown("web", misplaced)],
  ["web: { command: x }", unknown("web", misplaced)],
  ["services: {}", unknown("services", 'Did you mean "processes"?')],
  [
    "apps: [{ name: api, script: server.js }]",
    unknown("apps", "It is a file of pm2: `procman init --from FILE` makes a configuration of it."),
  ],
  ["processes: { a: { cmd: x } }", unknown("processes.a.cmd", 'Did you mean "command"?')],
  [keys("replicas: 2"), unknown("processes.a.replicas", 'Did you mean "instances"?')],
  [keys("healthcheck: {}"), unknown("processes.a.healthcheck", 'Did you mean "health"?')],
  [keys("cron: '0 4 * * *'"), unknown("processes.a.cron", 'Did you mean "schedule"?')],
  [
    keys("type: oneshot"),
    unknown("processes.a.type", 'A process that ends by itself has `restart: "no"`.'),
  ],
  [
    keys("max_memory_restart: 100M"),
    unknown("processes.a.max_memory_restart", "It is a limit: `limits: { memory: 100M }`."),
  ],
  [
    keys("kill_timeout: 3000"),
    unknown("processes.a.kill_timeout", "It is of the stop: `stop: { timeout: 3s }`."),
  ],
  [
    keys("stop_signal: SIGINT"),
    unknown("processes.a.stop_signal", "It is of the stop: `stop: { signal: SIGINT }`."),
  ],
  [
    keys("wait_ready: true"),
    unknown("processes.a.wait_ready", "The program says so itself: `ready: { ipc: true }`."),
  ],
  [
    keys("profile: dev"),
    unknown(
      "processes.a.profile",
      "Profiles choose processes, not the other way: `profiles: { dev: [NAME] }`.",
    ),
  ],
  [keys("ready: { port: 3000 }"), unknown("processes.a.ready.port", 'Did you mean "tcp"?')],
  [keys("ready: { url: x }"), unknown("processes.a.ready.url", 'Did you mean "http"?')],
  [
    "processes: { a: x }\nalerts: [{ on: [failed], exec: x }]",
    'procman.yaml:2: alerts[0].on[0]: there is no event "failed" | It is one of "process.failed", "health.failed", "hook.failed", "reload.failed".',
  ],
  [
    keys("interpreter: python3"),
    unknown("processes.a.interpreter", "It belongs into the command: `command: python3 stats.py`."),
  ],
  [
    keys("health: { test: curl localhost }"),
    unknown(
      "processes.a.health.test",
      "It is a command: `health: { exec: curl -f http://127.0.0.1:3000/ }`.",
    ),
  ],
])("%s is %s", async (content, expected) => {
  expect(await problemsOf({ "procman.yaml": content })).toEqual([expected]);
});

test.each([
  ["restart: unless-stopped", '"always"? What was stopped stays so, after a reboot as well.'],
  [
    "restart: { policy: unless-stopped }",
    '"always"? What was stopped stays so, after a reboot as well.',
  ],
  ["restart: on-failure:3", "{ policy: on-failure, max: 3 }?"],
  ["restart: never", '"no"?'],
  ["restart: true", '"always"?'],
  ["restart: false", '"no"?'],
  ["restart: unexpected", '"on-failure"?'],
  ["restart: on-failur", '"on-failure"?'],
  ["restart: exit_on_failure", '{ policy: "no", onGiveUp: stop-project }?'],
  ["dependsOn: { b: service_healthy }", '"healthy"?'],
  ["dependsOn: { b: { condition: process_completed_successfully } }", '"succeeded"?'],
  ["dependsOn: b, c", "[b, c]?"],
  ["port: '8080:3000'", "Say the port that it listens on: `port: 3000`."],
  ["port: ['127.0.0.1:8080:3000/tcp']", "Say the port that it listens on: `port: 3000`."],
  ["port: [3000, 3001]", "One process has one port; further ones are variables of its own."],
  ["env: [LEVEL=debug=1]", 'Write a map: `env: { LEVEL: "debug=1" }`.'],
  ["log: { maxSize: 10m }", '"10M"?'],
  ["log: { maxSize: 1gb }", '"1GB"?'],
  ["stop: { timeout: 1m30s }", '"90s"?'],
  ["stop: { timeout: 5 min }", '"5m"?'],
  ["stop: { signal: 15 }", '"SIGTERM"?'],
  ["stop: SIGINT", "{ signal: SIGINT }?"],
  ["stop: 30s", "{ timeout: 30s }?"],
  ["disabled: yes", "true?"],
  ["ready: http://127.0.0.1:3000/", "{ http: http://127.0.0.1:3000/ }?"],
  ["ready: localhost:3000", '{ tcp: "localhost:3000" }?'],
  ["ready: 3000", "{ tcp: 3000 }?"],
  ["ready: ipc", "{ ipc: true }?"],
  ["groups: backend", "[backend]?"],
  ["health: pg_isready -q", '{ exec: "pg_isready -q" }?'],
  ["restart: no } , d: [bun, web.ts], e: { command: x", '{ command: ["bun","web.ts"] }?'],
  // Nothing that any tool has.
  ["restart: sometimes", null],
  ["stop: { timeout: soon }", null],
  ["log: { maxSize: 10 elephants }", null],
  ["port: http", null],
  ["env: [LEVEL]", null],
])("%s leads to %s", async (value, hint) => {
  const more = "b: { command: x }, c: { command: x }";
  const content = `processes: { a: { command: x, ${value.replace(": b, c", ": 'b, c'")} }, ${more} }`;
  const [found, ...others] = await problemsOf({ "procman.yaml": content });
  expect(others).toEqual([]);
  const said = hint === null || /^(?:Say|One|Write)/.test(hint) ? hint : `Did you mean ${hint}`;
  expect(found?.split(" | ")[1] ?? null).toBe(said);
});

function keys(more: string): string {
  return `processes: { a: { command: x, ${more} } }`;
}
