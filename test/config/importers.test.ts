import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { findForeign, importerFor } from "../../src/config/importers/import.ts";
import { folderOf, load, loaded, problemsOf } from "./project-folder.ts";

const lineOf = (command: unknown) => (command as { line: string }).line;

test("without a configuration the first of the other tools' files is taken, and that is said", async () => {
  const files = {
    Procfile: "web: a",
    "process-compose.yaml": "processes: { b: { command: b } }",
    "ecosystem.config.json": { apps: [{ name: "c", script: "./c" }] },
    "package.json": { scripts: { start: "d" } },
  };
  const order = Object.keys(files);
  for (const [at, first] of order.entries()) {
    const rest = Object.fromEntries(Object.entries(files).slice(at));
    const project = await loaded(rest);
    expect(project.notices[0]).toBe(
      `Using ${first}, as there is no procman configuration; \`procman init\` writes one`,
    );
    expect(Object.keys(project.spec.processes)).toEqual([["web"], ["b"], ["c"], ["app"]][at]!);
    expect(project.spec.files).toEqual([join(project.spec.directory, first)]);
  }
});

test("a configuration of ours, above too, goes before other tools' files", async () => {
  const folder = folderOf({ "procman.yaml": "processes: { a: x }", "sub/Procfile": "web: y" });
  const result = await load(join(folder, "sub"));
  expect(result.ok && [result.project.notices, Object.keys(result.project.spec.processes)]).toEqual(
    [[], ["a"]],
  );
});

test("a local file beside another tool's file is merged over it", async () => {
  const project = await loaded({
    Procfile: "web: y",
    "procman.local.yaml": "processes: { web: { instances: 2 } }",
  });
  expect(project.spec.processes["web"]).toMatchObject({ instances: 2, command: { line: "y" } });
});

test("a package.json without scripts, or a broken one, is passed by", async () => {
  for (const content of [{}, { scripts: { build: "x" } }, "{"]) {
    const result = await load(folderOf({ "package.json": content }));
    expect(result).toMatchObject({ ok: false, problems: [{ code: "CONFIG_NOT_FOUND" }] });
  }
});

test("package.json: `dev` goes before `start`, as process app", async () => {
  const { spec, notices } = await loaded({ "package.json": { scripts: { start: "x", dev: "y" } } });
  expect(spec.processes["app"]!.command).toEqual({ kind: "list", argv: ["bun", "run", "dev"] });
  expect(notices[1]).toBe('package.json: its script "dev" is process "app"');
});

describe("Procfile", () => {
  test("gives ports as foreman does, reads .env, and leaves variables to the shell", async () => {
    const { spec, notices } = await loaded({
      Procfile:
        "# comment\n\nweb: rails s -p $PORT\nworker_1: run ${QUEUE:-default} ${X%y}\napi: serve --port=${PORT}\n1: x\n",
      ".env": "A=1",
    });
    const { web, worker_1: worker, api } = spec.processes;
    expect([web!.port, worker!.port, api!.port]).toEqual([5000, null, 5200]);
    expect(lineOf(worker!.command)).toBe("run $${QUEUE:-default} $${X%y}");
    expect(web!.env).toEqual({ A: "1" });
    expect(spec.processes["app-1"]).toBeDefined();
    expect(notices).toContain('Procfile: "1" is named "app-1" here');
  });

  test("counts from PORT when that is set", async () => {
    const { spec } = await loaded({ Procfile: "a: $PORT\nb: $PORT" }, { env: { PORT: "7000" } });
    expect([spec.processes["a"]!.port, spec.processes["b"]!.port]).toEqual([7000, 7100]);
  });

  test.each([
    ["web: x\nnope\n", 'Procfile:2: cannot be read: expected "name: command", got "nope"'],
    ["1: x\napp-1: y", 'Procfile: cannot be read: "1" and "app-1" would both be named "app-1"'],
  ])("%j is refused", async (content, expected) => {
    expect(await problemsOf({ Procfile: content })).toEqual([expected]);
  });
});

test("process-compose.yaml is taken over, and what is left out is said", async () => {
  const { spec, notices } = await loaded({
    "process-compose.yaml": `
version: "0.5"
environment: ["A=1", "B=\${HOME}/x$$y"]
shell: { shell_command: bash, shell_argument: -c }
log_location: ./pc.log
processes:
  "db:main":
    command: "redis-server --port \${DB_PORT}"
    readiness_probe: { exec: { command: "redis-cli ping" }, period_seconds: 2 }
    shutdown: { signal: 2, timeout_seconds: 3 }
    liveness_probe: { exec: { command: x } }
  migrate:
    command: run
    depends_on: { "db:main": { condition: process_healthy } }
  api:
    command: serve
    working_dir: ./api
    environment: { N: 1 }
    depends_on: { migrate: { condition: process_completed_successfully } }
    availability: { restart: on_failure, backoff_seconds: 2, max_restarts: 3 }
    readiness_probe: { http_get: { port: 80, path: /up } }
    namespace: web
    disabled: true
`,
  });
  const { "db-main": db, migrate, api } = spec.processes;
  expect(db).toMatchObject({
    command: { line: "redis-server --port $${DB_PORT}", shell: ["bash", "-c"] },
    env: { A: "1", B: "${HOME:-}/x$y" },
    ready: [{ kind: "exec", intervalMs: 2_000 }],
    stop: { signal: "SIGINT", timeoutMs: 3_000 },
    restart: { policy: "no" },
  });
  expect(migrate!.dependsOn).toMatchObject([{ process: "db-main", condition: "ready" }]);
  expect(api).toMatchObject({
    cwd: join(spec.directory, "api"),
    env: { N: "1" },
    dependsOn: [{ process: "migrate", condition: "succeeded" }],
    restart: {
      policy: "on-failure",
      max: 3,
      backoff: { initialMs: 2_000, factor: 1, maxMs: 2_000 },
    },
    ready: [{ kind: "http", url: "http://127.0.0.1:80/up" }],
    groups: ["web"],
    disabled: true,
  });
  expect(notices.slice(1)).toEqual([
    'process-compose.yaml: "db:main" is named "db-main" here',
    "process-compose.yaml: of the project, log_location is left out",
    'process-compose.yaml: of "db-main", liveness_probe is left out',
  ]);
});

test("a pm2 ecosystem file is taken over, and what is left out is said", async () => {
  const files = {
    "ecosystem.config.cjs": `module.exports = { apps: [
      { name: "api server", script: "server.js", args: "--port 3000 'a b'", instances: 2, exec_mode: "cluster",
        env: { A: "\${x}", N: 1 }, env_production: { A: "prod" }, max_memory_restart: "1G", watch: true, node_args: "--inspect" },
      { name: "job", script: "run.ts", interpreter: "none", autorestart: false, restart_delay: 500, kill_timeout: 3000, namespace: "jobs" },
      { script: "npm", args: ["run", "x"], cwd: "sub", max_restarts: 3 },
    ] };`,
    "server.js": "",
    "run.ts": "",
  };
  const { spec, notices } = await loaded(files, { env: { PATH: process.env["PATH"]! } });
  const { "api-server": api, job, npm } = spec.processes;
  expect(api).toMatchObject({
    command: { argv: ["node", "--inspect", "./server.js", "--port", "3000", "a b"] },
    env: { A: "$${x}", N: "1" },
    instances: 2,
    restart: { policy: "always" },
    stop: { signal: "SIGINT", timeoutMs: 1_600 },
  });
  expect(job).toMatchObject({
    command: { argv: ["./run.ts"] },
    restart: { policy: "no", backoff: { initialMs: 500, factor: 1 } },
    stop: { timeoutMs: 3_000 },
    groups: ["jobs"],
  });
  expect(npm).toMatchObject({
    command: { argv: ["npm", "run", "x"] },
    cwd: join(spec.directory, "sub"),
    restart: { max: 3 },
  });
  expect(notices.slice(1)).toEqual([
    'ecosystem.config.cjs: "api server" is named "api-server" here',
    'ecosystem.config.cjs: of "api-server", max_memory_restart, watch is left out',
    'ecosystem.config.cjs: the instances of "api-server" are separate processes that share no port',
  ]);
  const production = await loaded(files, { profiles: ["production"] });
  expect(production.spec.processes["api-server"]!.env).toMatchObject({ A: "prod", N: "1" });
});

test.each([
  ["ecosystem.config.json", "[]x", "cannot be read"],
  ["ecosystem.config.js", "throw new Error('no')", "ecosystem.config.js:1: cannot be read: no"],
  ["ecosystem.config.json", '{"apps":[{"name":"a"}]}', "it has no list `apps`"],
  ["process-compose.yaml", "a: 1", "it has no map `processes`"],
  [
    "process-compose.yaml",
    "processes:\n  a: 1",
    'process-compose.yaml:2: cannot be read: process "a" is no map',
  ],
  [
    "process-compose.yaml",
    "processes:\n  a: {}",
    "process-compose.yaml:2: processes.a: `command` is missing",
  ],
])("%s that says %j is refused", async (file, content, expected) => {
  const problems = await problemsOf({ [file]: content });
  expect(problems.join("\n")).toContain(expected);
});

test("an importer is found by a file's name too", () => {
  expect(importerFor("/x/Procfile.dev")).toBe(importerFor("/x/Procfile"));
  expect(importerFor("/x/my.ecosystem.js")).toBe(importerFor("/x/ecosystem.config.js"));
  expect(importerFor("/x/dev.process-compose.yml")).toBe(importerFor("/x/process-compose.yaml"));
  expect(importerFor("/x/readme.md")).toBeNull();
  expect(findForeign(folderOf({}))).toBeNull();
});
