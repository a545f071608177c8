/** The commands around the configuration. */

import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
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

test("config schema prints a JSON Schema", async () => {
  await using sandbox = new Sandbox(null);
  const schema: unknown = JSON.parse(await sandbox.ok("config", "schema"));
  expect(schema).toMatchObject({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    properties: { processes: { description: "What runs." } },
  });
});
