/** Projects of other tools run with one command, as they are: nothing is written, and nothing is asked. */

import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { freePorts } from "../free-ports.ts";
import { Sandbox } from "./sandbox.ts";

const SERVER = `Bun.serve({ hostname: "127.0.0.1", port: +process.env.PORT, fetch: () => new Response(process.env.STAGE ?? "none") });\nconsole.log("ready");`;

/** The states after `up`, and what was said on the way. */
async function up(sandbox: Sandbox, ...flags: string[]) {
  const { code, stderr } = await sandbox.run("up", "-d", "--wait", "--timeout", "40s", ...flags);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const statuses = await sandbox.list();
  return { states: Object.fromEntries(statuses.map(({ name, state }) => [name, state])), stderr };
}

test("a Procfile: formations by PORT, its .env, and a name that does not fit", async () => {
  await using sandbox = new Sandbox(null);
  const [port] = freePorts();
  sandbox.write("server.ts", SERVER);
  sandbox.write(".env", `STAGE=filed\nPORT=${port}\n`);
  sandbox.write(".foreman", "formation: web=1,clock=2,app=0\n");
  sandbox.write(
    "Procfile",
    "# how it runs\nweb: bun server.ts\nclock: exec sleep 1000\n1: exec sleep 1000\n",
  );
  const before = readdirSync(sandbox.directory);
  const { states, stderr } = await up(sandbox);
  expect(states).toEqual({
    "web.1": "running",
    "clock.1": "running",
    "clock.2": "running",
    "app-1.1": "stopped",
  });
  expect(stderr).toStartWith("Using Procfile, as there is no procman configuration");
  expect(stderr).toContain('"1" is named "app-1" here');
  expect(readdirSync(sandbox.directory)).toEqual(before);
  const { pid } = await sandbox.status("web");
  await sandbox.ok("up", "-d");
  expect((await sandbox.status("web")).pid).toBe(pid);
  expect(await answerOf(port)).toBe("filed");
});

test("a process-compose.yaml: order, probes and environment", async () => {
  await using sandbox = new Sandbox(null);
  const [port] = freePorts();
  sandbox.write("server.ts", SERVER);
  sandbox.write(
    "process-compose.yaml",
    `
version: "0.5"
log_level: info
environment:
  - "PORT=${port}"
  - "STAGE=composed"
processes:
  migrate:
    command: "echo done > migrated.txt"
    availability: { restart: "no" }
  api:
    command: "bun server.ts"
    depends_on:
      migrate: { condition: process_completed_successfully }
    readiness_probe:
      http_get: { host: 127.0.0.1, scheme: http, path: "/", port: ${port} }
      initial_delay_seconds: 0
      period_seconds: 1
    shutdown: { signal: 15, timeout_seconds: 3 }
  tests:
    command: "cat migrated.txt"
    depends_on: { api: { condition: process_healthy } }
    availability: { restart: "no" }
`,
  );
  const { states, stderr } = await up(sandbox);
  expect(states).toEqual({
    "migrate.1": "completed",
    "api.1": "running",
    "tests.1": expect.stringMatching(/running|completed/),
  });
  expect(stderr).toStartWith("Using process-compose.yaml, as there is no procman configuration");
  expect(await answerOf(port)).toBe("composed");
});

test("a pm2 ecosystem file: instances, a namespace, and the environment of --profile", async () => {
  await using sandbox = new Sandbox(null);
  const [port] = freePorts();
  sandbox.write("server.ts", SERVER);
  sandbox.write(
    "ecosystem.config.js",
    `module.exports = {
      apps: [
        { name: "api", script: "./server.ts", interpreter: "bun", env: { PORT: ${port}, STAGE: "development" },
          env_production: { STAGE: "production" } },
        { name: "worker", script: "sleep", args: "1000", interpreter: "none", instances: 2, namespace: "jobs" },
      ],
    };`,
  );
  const { states, stderr } = await up(sandbox, "--profile", "production");
  expect(states).toEqual({
    "api.1": "running",
    "worker.1": "running",
    "worker.2": "running",
  });
  expect(stderr).toStartWith("Using ecosystem.config.js, as there is no procman configuration");
  expect((await sandbox.status("worker.2")).groups).toEqual(["jobs"]);
  expect(await answerOf(port)).toBe("production");
});

test("a package.json: its script dev, with the programs of its dependencies", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write(
    "package.json",
    JSON.stringify({ name: "shop", scripts: { dev: "sleep 1000", start: "false", test: "false" } }),
  );
  const { states, stderr } = await up(sandbox);
  expect(states).toEqual({ "app.1": "running" });
  expect(stderr).toContain('package.json: its script "dev" is process "app"');
});

/** pm2's files and Procfiles have no readiness, so it may not be there yet. */
async function answerOf(port: number): Promise<string> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => null,
    );
    if (answer !== null) return answer;
  }
}
