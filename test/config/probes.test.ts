/** Probes as they are written: what they become, and what is said of those that are wrong. */

import { expect, test } from "bun:test";
import { folderOf, load, problemsOf } from "./project-folder.ts";

/** One process `a`, on line 3, with these keys. */
const process = (keys: string) => `name: shop\nprocesses:\n  a: { command: x, ${keys} }\n`;

test("a probe keeps all that it asks, with paths made absolute and defaults left out", async () => {
  const keys = `port: 3000,
    ready: { log: { pattern: "up \\\\d+", stream: stderr }, successThreshold: 2, within: 3s },
    health: [
      { http: { url: "https://localhost:\${PORT}/\${WHERE}", method: head, status: [204, 300-399],
                headers: { x-token: "\${TOKEN}" }, body: "^ok$", tls: { ca: ca.pem, insecure: true } },
        interval: 250ms, startPeriod: 10s, failureThreshold: 5 },
      { log: { pattern: panic, means: failed } },
      { tcp: "\${PORT}" } ]`;
  const folder = folderOf({ "procman.yaml": process(`env: { WHERE: up, TOKEN: t }, ${keys}`) });
  const result = await load(folder);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  const { ready, health, readyWithinMs } = result.project.spec.processes["a"]!;
  expect({ ready, health, readyWithinMs }).toEqual({
    ready: [
      {
        kind: "log",
        pattern: "up \\d+",
        stream: "stderr",
        intervalMs: 200,
        timeoutMs: 1_000,
        successThreshold: 2,
      },
    ],
    readyWithinMs: 3_000,
    health: [
      {
        kind: "http",
        url: "https://localhost:${PORT}/${WHERE}",
        method: "HEAD",
        statuses: [
          { from: 204, to: 204 },
          { from: 300, to: 399 },
        ],
        headers: { "x-token": "${TOKEN}" },
        body: "^ok$",
        tls: { ca: `${folder}/ca.pem`, insecure: true },
        intervalMs: 250,
        timeoutMs: 1_000,
        startPeriodMs: 10_000,
        failureThreshold: 5,
      },
      {
        kind: "log",
        pattern: "panic",
        means: "failed",
        intervalMs: 5_000,
        timeoutMs: 1_000,
        startPeriodMs: 0,
        failureThreshold: 3,
      },
      {
        kind: "tcp",
        address: "${PORT}",
        intervalMs: 5_000,
        timeoutMs: 1_000,
        startPeriodMs: 0,
        failureThreshold: 3,
      },
    ],
  });
});

test("a probe of what is used has its levels in bytes and percent", async () => {
  const keys = `ready: { resource: { cpu: { warning: 50 } } },
    health: { resource: { memory: { warning: 300MB, critical: 1GiB, unhealthy: 2GB }, cpu: { critical: "95" } } }`;
  const result = await load(folderOf({ "procman.yaml": process(keys) }));
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join("\n"));
  const { ready, health } = result.project.spec.processes["a"]!;
  expect(ready).toMatchObject([{ kind: "resource", cpu: { warning: 50 } }]);
  const memory = { warning: 300_000_000, critical: 2 ** 30, unhealthy: 2_000_000_000 };
  expect(health).toMatchObject([{ kind: "resource", memory, cpu: { critical: 95 } }]);
});

test("thresholds are in bytes and percent too, and those that ask for nothing are left out", async () => {
  const keys = "thresholds: { memory: { warning: 1M }, cpu: { critical: 90, for: 30s } }";
  const specOf = async (text: string) => {
    const result = await load(folderOf({ "procman.yaml": process(text) }));
    return result.ok ? result.project.spec.processes["a"] : undefined;
  };
  expect((await specOf(keys))?.thresholds).toEqual({
    memory: { warning: 2 ** 20 },
    cpu: { critical: 90, forMs: 30_000 },
  });
  expect(await specOf("thresholds: { cpu: { for: 3s } }")).not.toHaveProperty("thresholds");
});

const at = "procman.yaml:3: processes.a";

const WRONG = [
  [
    "health: { interval: 5s }",
    `${at}.health: expected a probe: a map with \`http\`, \`tcp\`, \`log\`, \`exec\`, \`ipc\` or \`resource\`, got a map`,
  ],
  ["health: { after: 5s }", `${at}.health.after: unknown key`],
  ["ready: { log: '(' }", `${at}.ready.log: expected a regular expression, got "("`],
  ["ready: { log: { pattern: x, means: failed } }", `${at}.ready.log.means: unknown key`],
  [
    "health: { http: { url: 'http://h', status: [99] } }",
    `${at}.health.http.status[0]: expected a status such as 200, or "200-299", got 99`,
  ],
  [
    "health: { http: { url: 'http://h', status: ['300-200'] } }",
    `${at}.health.http.status[0]: expected a range that begins with the lower status, got "300-200"`,
  ],
  [
    "health: { resource: { memory: {} } }",
    `${at}.health.resource: expected at least one level, as in \`memory: { critical: 500MB }\`, got a map`,
  ],
  [
    "health: { http: { url: 'http://h', body: '[' } }",
    `${at}.health.http.body: expected a regular expression, got "["`,
  ],
  [
    "health: { log: { pattern: x, means: bad } }",
    `${at}.health.log.means: expected "warning", "critical" or "failed", got "bad"`,
  ],
  [
    "health: { http: 'h:1' }",
    `${at}.health.http: expected an address that begins with http:// or https://, got "h:1"`,
  ],
  [
    "health: { http: { url: 'http://h', headers: { a: '${NOPE}' } } }",
    `${at}.health.http.headers.a: variable NOPE is not set | Set it, or write \${NOPE:-default}.`,
  ],
  [
    "health: { tcp: '${NOPE}' }",
    `${at}.health.tcp: variable NOPE is not set | Set it, or write \${NOPE:-default}.`,
  ],
] as const;

test.each(WRONG)("%s is told as what it is", async (keys, problem) => {
  expect(await problemsOf({ "procman.yaml": process(keys) })).toEqual([problem]);
});
