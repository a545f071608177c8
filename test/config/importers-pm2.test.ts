/** pm2 ecosystem files of the forms that its documentation has. */

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { importFile } from "../../src/config/importers/import.ts";
import type { LoadedProject } from "../../src/config/load.ts";
import { launchOf } from "../../src/core/launch.ts";
import { folderOf, loaded } from "./project-folder.ts";

const ECOSYSTEM = `
const path = require("node:path");
module.exports = {
  apps: [
    {
      name: "api server",
      script: "server.js",
      args: "--port 3000 'a b' --name=\\"c d\\"",
      instances: "max",
      exec_mode: "cluster",
      node_args: "--inspect",
      watch: ["src"],
      ignore_watch: ["node_modules"],
      max_memory_restart: "1G",
      env: { A: "\${x}", N: 1, LIST: ["b"], NODE_ENV: "development" },
      env_production: { NODE_ENV: "production", A: "prod" },
      env_staging: { NODE_ENV: "staging" },
      error_file: "err.log",
      mergeLogs: true,
    },
    {
      name: "job",
      script: "run.ts",
      interpreter: "none",
      cwd: path.join(__dirname, "jobs"),
      autorestart: false,
      restart_delay: 500,
      kill_timeout: 3000,
      namespace: "jobs",
      watch: ["lib", "*.ts"],
      watch_delay: 1000,
      cron_restart: "0 3 * * *",
      env_production: { NODE_ENV: "production" },
    },
    { script: "npm", args: ["run", "x"], cwd: "sub", max_restarts: 100000, stop_exit_codes: [0, 143] },
    { name: "shell", script: "cd x && npm start", execInterpreter: "bash" },
    { name: "py", exec: "tool.py", interpreter: "/opt/venv/bin/python", exp_backoff_restart_delay: 100 },
    { name: "many", script: "./bin/serve", instances: 3, increment_var: "PORT", env: { PORT: 4000 } },
    { name: "shared", script: "server.js", instances: 2, exec_mode: "cluster", env: { PORT: 5000 } },
  ],
  deploy: { production: { user: "node" } },
};`;

const FILES = {
  "ecosystem.config.cjs": ECOSYSTEM,
  "server.js": "",
  "jobs/run.ts": "",
  "tool.py": "",
  "bin/serve": "",
};
const env = { PATH: process.env["PATH"]!, NODE_ENV: "of the caller" };

test("a pm2 ecosystem file is taken over", async () => {
  const { spec } = await loaded(FILES, { env });
  const { "api-server": api, job, npm, shell, py, many, shared } = spec.processes;
  expect(shared).toMatchObject({ instances: 2, port: 5000, balance: { mode: "proxy" } });
  expect(api).toMatchObject({
    command: {
      argv: ["node", "--inspect", "./server.js", "--port", "3000", "a b", "--name=c d"],
    },
    env: { N: "1", LIST: '["b"]' },
    restart: { policy: "always" },
    stop: { signal: "SIGINT", timeoutMs: 1_600 },
    watch: { paths: [join(spec.directory, "src")], exclude: ["node_modules"] },
  });
  expect(job).toMatchObject({
    command: { argv: ["./run.ts"] },
    cwd: join(spec.directory, "jobs"),
    restart: { policy: "no", backoff: { initialMs: 500, factor: 1 } },
    stop: { timeoutMs: 3_000 },
    groups: ["jobs"],
    watch: {
      paths: [join(spec.directory, "jobs/lib"), join(spec.directory, "jobs")],
      include: ["lib/**", "*.ts"],
      debounceMs: 1_000,
    },
    schedule: {
      times: { kind: "cron", cron: "0 3 * * *" },
      overlap: "replace",
      runOnStart: true,
    },
  });
  expect(npm).toMatchObject({
    command: { argv: ["npm", "run", "x"] },
    cwd: join(spec.directory, "sub"),
    restart: { policy: "on-failure", max: 999, successCodes: [0, 143] },
  });
  expect(shell!.command).toMatchObject({ kind: "line", line: "cd x && npm start" });
  expect(py).toMatchObject({
    command: { argv: ["/opt/venv/bin/python", "./tool.py"] },
    restart: { backoff: { initialMs: 100, factor: 1.5, maxMs: 15_000 } },
  });
  expect(many).toMatchObject({ command: { argv: ["./bin/serve"] }, instances: 3, port: 4000 });
});

test("what of a pm2 ecosystem file is left out is said", async () => {
  const { notices } = await loaded(FILES, { env });
  expect(notices.slice(1).map((notice) => notice.replace("ecosystem.config.cjs: ", ""))).toEqual([
    '"api server" is named "api-server" here',
    "deploy is left out",
    'of "api-server", error_file is left out',
    'the instances of "api-server" are separate processes that share no port',
  ]);
});

describe("env_NAME is what --profile NAME chooses, for each app its own", () => {
  test.each([
    [[], { api: ["development", "${x}"], job: ["of the caller", undefined] }],
    [["production"], { api: ["production", "prod"], job: ["production", undefined] }],
    [["staging"], { api: ["staging", "${x}"], job: ["of the caller", undefined] }],
  ])("%j", async (profiles, expected) => {
    const project = await loaded(FILES, { env, profiles });
    const seen = (name: string) => {
      const all = environmentOf(project, name);
      return [all["NODE_ENV"], all["A"]];
    };
    expect({ api: seen("api-server"), job: seen("job") }).toEqual(expected);
    expect(environmentOf(project, "shell")["NODE_ENV"]).toBe("of the caller");
  });

  test("and it is the project's where all apps agree", async () => {
    const file = join(
      folderOf({
        "ecosystem.config.json": {
          apps: ["a", "b"].map((name) => ({
            name,
            script: name,
            env: { NODE_ENV: "development" },
            env_production: { NODE_ENV: "production" },
          })),
        },
      }),
      "ecosystem.config.json",
    );
    expect(await importFile(file, null, {})).toMatchObject({
      data: {
        env: { NODE_ENV: "development" },
        profiles: { production: { env: { NODE_ENV: "production" } } },
        processes: { a: { command: ["a"] } },
      },
    });
  });
});

test.each([
  ["process.json", { apps: [{ name: "a", script: "x" }] }],
  ["pm2.config.json", [{ name: "a", script: "x" }]],
  ["ecosystem.config.yml", "apps:\n  - name: a\n    script: x\n"],
  ["ecosystem.config.mjs", "export default { apps: [{ name: 'a', script: 'x' }] };"],
])("%s is an ecosystem file too", async (name, content) => {
  const imported = await importFile(join(folderOf({ [name]: content }), name), null, env);
  expect(imported.ok && Object.keys(imported.data.processes)).toEqual(["a"]);
});

function environmentOf({ spec }: LoadedProject, name: string): Readonly<Record<string, string>> {
  const launched = launchOf({
    project: spec,
    process: spec.processes[name]!,
    instance: `${spec.name}/${name}.1`,
    index: 1,
    runId: "r",
    callerEnv: env,
    home: "/",
    childSocket: null,
  });
  return launched.ok ? launched.launch.env : {};
}
