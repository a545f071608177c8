/** The commands around the configuration. */

import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const CONFIG = `env: { LOG_LEVEL: info, API_KEY: k-1, COPY_TOKEN: "\${HOME}" }
defaults: { restart: always }
groups: { store: [db] }
processes:
  db: { command: "redis-server --port \${PORT}", port: 6390, env: { URL: "redis://me:pw-1@h/0" } }
  web: { command: [serve, web], dependsOn: [db] }
`;

test("config show prints a configuration that means the same, secrets masked unless asked for", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write("procman.yaml", CONFIG);
  const masked = await sandbox.run("config", "show");
  expect(masked.code).toBe(0);
  expect(masked.stdout).toContain('API_KEY: "********"');
  expect(masked.stdout).toContain("URL: redis://me:********@h/0");
  expect(masked.stdout).toContain('COPY_TOKEN: "${HOME}"');
  expect(masked.stdout).not.toContain("k-1");
  expect(masked.stderr).toBe("Secrets are masked; --reveal shows them.\n");

  const revealed = await sandbox.ok("config", "show", "--reveal");
  expect(revealed).not.toContain("****");
  sandbox.write("again.yaml", revealed);
  expect(await sandbox.ok("config", "show", "--reveal", "-f", "again.yaml")).toBe(revealed);
  expect(JSON.parse(await sandbox.ok("config", "show", "--reveal", "--json"))).toEqual(
    Bun.YAML.parse(revealed),
  );
});

test("config show --origin tells layer, file and line, as seen from the working directory", async () => {
  await using sandbox = new Sandbox(null, { PROCMAN_CONFIG__processes__web__cwd: "/srv" });
  const file = sandbox.write("procman.yaml", CONFIG);
  sandbox.write("procman.local.yaml", "processes: { web: { autostart: false } }");
  mkdirSync(join(sandbox.directory, "sub"));
  const lines = (await sandbox.ok("config", "show", "web", "--origin", "-C", "sub"))
    .trimEnd()
    .split("\n")
    .map((line) => line.replace(/ +#/, " #"));
  expect(lines).toContain('processes.web.command = ["serve","web"] # ../procman.yaml:6 (project)');
  expect(lines).toContain('processes.web.restart.policy = "always" # ../procman.yaml:2 (project)');
  expect(lines).toContain("processes.web.restart.max = 5 # built-in");
  expect(lines).toContain("processes.web.autostart = false # ../procman.local.yaml:1 (local)");
  expect(lines).toContain(
    'processes.web.cwd = "/srv" # PROCMAN_CONFIG__processes__web__cwd (environment)',
  );
  expect(lines.filter((line) => !line.startsWith("processes.web."))).toEqual([]);

  const values = JSON.parse(
    await sandbox.ok("config", "show", "@store", "--origin", "--json", "-p", "other"),
  ) as unknown[];
  expect(values).toContainEqual({
    path: "processes.db.port",
    value: 6390,
    layer: "project",
    source: "procman.yaml",
    file,
    line: 5,
  });
  expect(await sandbox.ok("config", "show", "--origin", "-p", "other")).toMatch(
    /^name = "other" +# -p \(flag\)$/m,
  );
});

test("config show of a process that is not there exits with 3 and names the nearest", async () => {
  await using sandbox = new Sandbox(null);
  sandbox.write("procman.yaml", CONFIG);
  const { code, stderr } = await sandbox.run("config", "show", "wep");
  expect([code, stderr]).toEqual([
    3,
    "error: Cannot find 'wep' in the configuration\n  Did you mean 'web'?\n",
  ]);
});

test("config check takes no more words, for a file is named otherwise", async () => {
  await using sandbox = new Sandbox({ processes: {} });
  const { code, stderr } = await sandbox.run("config", "check", "other.yaml");
  expect([code, stderr]).toEqual([
    2,
    "error: Cannot understand 'config check other.yaml'\n  A file is named with -f.\n",
  ]);
});

test("config schema prints a JSON Schema", async () => {
  await using sandbox = new Sandbox(null);
  const schema: unknown = JSON.parse(await sandbox.ok("config", "schema"));
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    properties: { processes: { description: "What runs." } },
  });
});

test("config show --origin tells a value of every layer, those of the daemon too", async () => {
  await using sandbox = new Sandbox(null, {
    PROCMAN_CONFIG__processes__api__restart__window: "3m",
  });
  mkdirSync(join(sandbox.root, ".config/procman"), { recursive: true });
  writeFileSync(join(sandbox.root, ".config/procman/config.yaml"), "\nconcurrency: 3\n");
  const api = "  api: { command: sleep 1000, instances: 1 }";
  const first = sandbox.write("one.yaml", `processes:\n${api}\n`);
  sandbox.write("two.toml", "[processes.api.env]\nLEVEL = 'info'\n");
  const local = sandbox.write("procman.local.json", '{"processes":{\n"api":{"umask":"027"}}}');
  const files = ["-f", "one.yaml", "-f", "two.toml", "-p", "shop"];
  await sandbox.ok("up", "-d", ...files);
  await sandbox.ok("scale", "api=2", ...files);
  await sandbox.ok("set", "api", "env.LEVEL=debug", "env.MORE=1", ...files);

  const text = await sandbox.ok("config", "show", "--origin", "--json", ...files);
  const values = JSON.parse(text) as { path: string }[];
  const at = (path: string) => values.find((value) => value.path === path);
  const user = join(sandbox.root, ".config/procman/config.yaml");
  const runtime = { layer: "runtime", source: "runtime update", file: null, line: null };
  expect([
    at("concurrency"),
    at("processes.api.command"),
    at("processes.api.umask"),
    at("processes.api.restart.window"),
    at("name"),
    at("processes.api.instances"),
    at("processes.api.env.LEVEL"),
    at("processes.api.env.MORE"),
    at("processes.api.stop.timeout"),
  ]).toMatchObject([
    { value: 3, layer: "user", source: user, file: user, line: 2 },
    { value: "sleep 1000", layer: "project", source: "one.yaml", file: first, line: 2 },
    { value: "027", layer: "local", source: "procman.local.json", file: local, line: 2 },
    {
      value: "3m",
      layer: "environment",
      source: "PROCMAN_CONFIG__processes__api__restart__window",
      file: null,
      line: null,
    },
    { value: "shop", layer: "flag", source: "-p", file: null, line: null },
    { value: "2", ...runtime },
    { value: "debug", ...runtime },
    { value: "1", ...runtime },
    { value: "5s", layer: "default", source: "built-in", file: null, line: null },
  ]);

  const lines = await sandbox.ok("config", "show", "api", "--origin", ...files);
  expect(lines).toMatch(/^processes\.api\.instances = "2" +# runtime update \(runtime\)$/m);
  await sandbox.ok("set", "api", "--unset", "env", ...files);
  const later = await sandbox.ok("config", "show", "api", "--origin", ...files);
  expect(later).toMatch(/^processes\.api\.env\.LEVEL = "info" +# two\.toml:2 \(project\)$/m);
  expect(later).not.toContain("env.MORE");
});
