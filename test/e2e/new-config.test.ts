/** `init` and `config import`: what they write runs with one command. */

import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePorts } from "../free-ports.ts";
import { Sandbox } from "./sandbox.ts";

const SERVER = `Bun.serve({ hostname: "127.0.0.1", port: +process.env.PORT, fetch: () => new Response(process.env.STAGE ?? "none") });`;

async function upAndList(sandbox: Sandbox, ...flags: string[]): Promise<Record<string, string>> {
  await sandbox.ok("up", "-d", "--wait", "--timeout", "30s", ...flags);
  const statuses = await sandbox.list();
  return Object.fromEntries(statuses.map(({ name, state }) => [name, state]));
}

test("a configuration made from a Procfile runs", async () => {
  await using sandbox = new Sandbox(null);
  const [port] = freePorts();
  sandbox.write("server.ts", SERVER);
  sandbox.write("Procfile", "web: bun server.ts\nworker: while :; do echo $STAGE; sleep 1; done\n");
  sandbox.write(".env", `STAGE=test\nPORT=${port}\n`);
  const { code, stdout, stderr } = await sandbox.run("config", "import", "Procfile");
  expect([code, stdout, stderr]).toEqual([
    0,
    "",
    "Wrote procman.config.yaml from Procfile: web, worker.\nNext: procman up\n",
  ]);
  expect(await upAndList(sandbox)).toEqual({ "web.1": "running", "worker.1": "running" });
  await sandbox.ok("logs", "worker");
  expect((await sandbox.status("web")).ports).toEqual([port]);
});

test("a configuration made from a pm2 ecosystem file runs, with its environments as profiles", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write("server.ts", SERVER);
  const [port] = freePorts();
  const ecosystem = `module.exports = { apps: [
    { name: "api:v1", script: "./server.ts", env: { PORT: ${port}, STAGE: "dev" }, env_production: { STAGE: "prod" },
      max_memory_restart: "300M" },
    { name: "job", script: "echo done && exit 0", autorestart: false },
  ] };`;
  sandbox.write("ecosystem.config.cjs", ecosystem);
  const { stderr } = await sandbox.run("config", "import", "ecosystem.config.cjs");
  expect(stderr).toContain('"api:v1" is named "api-v1" here\n');
  expect(stderr).not.toContain("left out");
  expect(await sandbox.ok("config", "show")).toContain("300M");
  const states = await upAndList(sandbox, "--profile", "production");
  expect(states).toEqual({ "api-v1.1": "running", "job.1": "completed" });
  let answer: string | null = null;
  while (answer === null) {
    answer = await fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => null, // Not there yet: pm2 has no readiness to import.
    );
  }
  expect(answer).toBe("prod");
});

test("a configuration made from a process-compose.yaml runs, in another directory too", async () => {
  await using sandbox = new Sandbox(null);
  const compose = `
version: "0.5"
environment: ["GREETING=hello"]
processes:
  setup: { command: "echo $\${GREETING} > made.txt" }
  app:
    command: "while true; do sleep 1; done"
    depends_on: { setup: { condition: process_completed_successfully } }
    readiness_probe: { exec: { command: "test -s made.txt" }, period_seconds: 1 }
    liveness_probe: { exec: { command: "true" } }
`;
  mkdirSync(join(sandbox.directory, "old"));
  sandbox.write("old/process-compose.yaml", compose);
  await sandbox.ok("init", "--from", "old/process-compose.yaml");
  expect(await upAndList(sandbox)).toEqual({ "setup.1": "completed", "app.1": "running" });
  expect(sandbox.read("old/made.txt")).toBe("hello\n");
});

for (const [template, states] of [
  ["minimal", { "app.1": "running" }],
  ["web", { "db.1": "running", "migrate.1": "completed", "web.1": "running" }],
  [
    "workers",
    { "queue.1": "running", "worker.1": "running", "worker.2": "running", "mail.1": "running" },
  ],
] as const) {
  test(`the template ${template} runs as it is`, async () => {
    const [port, webPort] = freePorts().map(String);
    const env = { DB_PORT: port!, WEB_PORT: webPort!, QUEUE_PORT: port! };
    await using sandbox = new Sandbox(null, env);
    await sandbox.ok("init", "--template", template);
    expect(await upAndList(sandbox)).toMatchObject(states);
  });
}

test("init takes what is there, and refuses when there is a configuration", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write("package.json", JSON.stringify({ scripts: { dev: "x", build: "y" } }));
  const first = await sandbox.run("init");
  expect([first.code, first.stderr.split("\n").slice(0, 3)]).toEqual([
    0,
    [
      'package.json: its script "dev" is process "app"',
      "package.json: the scripts build are left out",
      "Wrote procman.config.yaml from package.json: app.",
    ],
  ]);
  const written = sandbox.read("procman.config.yaml");
  const again = await sandbox.run("init", "--template", "web");
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("there is procman.config.yaml already");
  expect(sandbox.read("procman.config.yaml")).toBe(written);
  await sandbox.ok("init", "--template", "web", "--force");
  expect(sandbox.read("procman.config.yaml")).toContain("migrate:");
});

test("nothing is overwritten, and no second configuration is put beside one", async () => {
  await using sandbox = new Sandbox({ processes: {} });
  sandbox.write("Procfile", "web: x");
  sandbox.write("mine.yaml", "x-mine: 1");
  for (const args of [[], ["--force"], ["--out", "mine.yaml"], ["--out", "sub.txt"]]) {
    expect((await sandbox.run("config", "import", "Procfile", ...args)).code).toBe(2);
  }
  expect((await sandbox.run("init", "--force")).code).toBe(2);
  expect(sandbox.read("mine.yaml")).toBe("x-mine: 1");
  expect(existsSync(join(sandbox.directory, "procman.config.yaml"))).toBe(false);
  await sandbox.ok("config", "import", "Procfile", "--out", "mine.yaml", "--force");
  expect(Bun.YAML.parse(sandbox.read("mine.yaml"))).toMatchObject({ processes: { web: {} } });
});

test("config import writes to stdout, and tells programs what it did", async () => {
  await using sandbox = new Sandbox(null);
  expect((await sandbox.run("config", "import", "Procfile")).code).toBe(2);
  sandbox.write("Procfile", "web: x\n1: y");
  const { stdout, stderr } = await sandbox.run("config", "import", "Procfile", "--out", "-");
  expect(Object.keys((Bun.YAML.parse(stdout) as { processes: object }).processes)).toEqual([
    "web",
    "app-1",
  ]);
  expect(stderr).toBe('Procfile: "1" is named "app-1" here\n');
  expect(JSON.parse(await sandbox.ok("config", "import", "Procfile", "--json"))).toEqual({
    file: join(sandbox.directory, "procman.config.yaml"),
    source: "Procfile",
    processes: ["web", "app-1"],
    notices: ['"1" is named "app-1" here'],
    problems: [],
  });
});
