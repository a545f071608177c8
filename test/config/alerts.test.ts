/** Rules of alerts: what becomes of what is written, and what is said of what is wrong. */

import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AlertRule } from "../../src/model/spec.ts";
import { folderOf, load, problemsOf } from "./project-folder.ts";

const PROCESSES = "processes: { api: x, web-1: x, web-2: { command: x, groups: [front] } }\n";

async function rulesOf(alerts: string, env: Record<string, string> = {}) {
  const result = await load(folderOf({ "procman.yaml": `alerts: ${alerts}\n${PROCESSES}` }), {
    env,
  });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  return result.project.spec.alerts;
}

const QUIET: AlertRule = {
  on: ["*"],
  processes: null,
  forMs: 0,
  cooldownMs: 0,
  exec: null,
  webhook: null,
  timeoutMs: 10_000,
};

describe("a rule", () => {
  test("that says nothing but what it is about has the defaults", async () => {
    expect(await rulesOf("[{ on: ['*'] }]")).toEqual([QUIET]);
  });

  test("comes out with its durations, and its strings expanded from the environment", async () => {
    const written =
      "[{ on: [health.critical, app.*], processes: [api, web-*, '@front'], for: 10s, cooldown: 5m, timeout: 2s," +
      " exec: './page.sh ${TEAM}', webhook: { url: 'https://${HOST:-example.org}/hook', secret: '${SECRET}' } }]";
    expect(await rulesOf(written, { TEAM: "ops", SECRET: "s" })).toEqual([
      {
        on: ["health.critical", "app.*"],
        processes: ["api", "web-*", "web-2"],
        forMs: 10_000,
        cooldownMs: 300_000,
        exec: { kind: "line", line: "./page.sh ops", shell: ["sh", "-c"] },
        webhook: { url: "https://example.org/hook", secret: "s" },
        timeoutMs: 2_000,
      },
    ]);
  });

  test("may have its command as a list", async () => {
    const [rule] = (await rulesOf("[{ on: [process.failed], exec: [./page.sh, a b] }]")) ?? [];
    expect(rule?.exec).toEqual({ kind: "list", argv: ["./page.sh", "a b"] });
  });
});

test("the example of docs/alerts.md is sound", async () => {
  const text = readFileSync(join(import.meta.dir, "../../docs/alerts.md"), "utf8");
  const [, yaml = ""] = /^```yaml procman\.yaml\n([\s\S]*?)^```$/m.exec(text) ?? [];
  const result = await load(folderOf({ "procman.yaml": yaml }), { env: { HOOK_SECRET: "s" } });
  expect(result.ok && result.project.spec.alerts?.length).toBe(2);
});

test("a project without rules has the same definition as before there were any", async () => {
  const result = await load(folderOf({ "procman.yaml": PROCESSES }));
  expect(result.ok && Object.hasOwn(result.project.spec, "alerts")).toBe(false);
});

describe("what is wrong is said, with what was probably meant", () => {
  const at = "procman.yaml:1: alerts[0]";
  test.each([
    [
      "on: [process.faild]",
      `${at}.on[0]: there is no event "process.faild" | Did you mean "process.failed"?`,
    ],
    ["on: [healt.*]", `${at}.on[0]: no event matches "healt.*"`],
    ["on: [alert.fired]", `${at}.on[0]: "alert.fired": an alert cannot be about alerts`],
    ["on: []", `${at}.on: expected at least one type`],
    [
      "on: ['*'], processes: [apy]",
      `${at}.processes[0]: there is no process "apy" | Did you mean "api"?`,
    ],
    [
      "on: ['*'], processes: ['@frond']",
      `${at}.processes[0]: there is no group "frond" | Did you mean "front"?`,
    ],
    ["on: ['*'], cooldwn: 5m", `${at}.cooldwn: unknown key | Did you mean "cooldown"?`],
    [
      "on: ['*'], webhook: { url: 'ftp://x/' }",
      `${at}.webhook.url: expected an address that begins with http:// or https://`,
    ],
    [
      "on: ['*'], webhook: { url: '${NO}' }",
      `${at}.webhook.url: variable NO is not set | Set it, or write \${NO:-default}.`,
    ],
    [
      "on: ['*'], exec: './page ${NO}'",
      `${at}.exec: variable NO is not set | Set it, or write \${NO:-default}.`,
    ],
    [
      "on: [process.started, log.rotated], for: 10s",
      `${at}.for: nothing that it is about lasts | Leave it out. Those that last are process.backoff, process.failed, process.skipped, process.suspended, health.warning, health.critical, health.failed, resource.warning, resource.critical, log.dropped.`,
    ],
  ])("%s", async (rule, problem) => {
    const files = { "procman.yaml": `alerts: [{ ${rule} }]\n${PROCESSES}` };
    expect(await problemsOf(files)).toEqual([problem]);
  });
});
