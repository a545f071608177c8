/** Words of other tools are answered with procman's. */

import { expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

const unknown = (path: string, hint: string) => `procman.yaml:1: ${path}: unknown key | ${hint}`;
const misplaced = "Processes belong under `processes`.";

test.each([
  ["web: bun web.ts", unknown("web", misplaced)],
  ["web: { command: x }", unknown("web", misplaced)],
  ["services: {}", unknown("services", 'Did you mean "processes"?')],
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

function keys(more: string): string {
  return `processes: { a: { command: x, ${more} } }`;
}
