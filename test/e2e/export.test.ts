/** `procman export`. */

import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const CONFIG = {
  name: "shop",
  env: { API_KEY: "k-1" },
  processes: { web: { command: "serve", dependsOn: ["db"] }, db: "store" },
};

test("export writes to stdout, what cannot be said to stderr", async () => {
  await using sandbox = new Sandbox(CONFIG);
  const { code, stdout, stderr } = await sandbox.run("export", "procfile");
  expect([code, stdout, stderr]).toEqual([
    0,
    "web: env API_KEY=k-1 serve\ndb: env API_KEY=k-1 store\n",
    'of "web", `dependsOn` cannot be said in a Procfile\nit holds secrets: API_KEY\n',
  ]);
  expect(await sandbox.ok("export", "systemd")).toStartWith("# shop.target\n[Unit]\n");
});

test("export --out writes a file or a directory, private when it holds secrets, and overwrites nothing", async () => {
  await using sandbox = new Sandbox(CONFIG);
  const { stderr } = await sandbox.run("export", "systemd", "--out", "units");
  expect(stderr).toContain("systemctl --user enable --now shop.target\n");
  expect(sandbox.read("units/shop-web.service")).toContain("After=shop-db.service");
  const { mode } = statSync(join(sandbox.directory, "units/shop-web.service"));
  expect(mode & 0o777).toBe(0o600);

  await sandbox.ok("export", "compose", "--out", "compose.yaml");
  const before = sandbox.read("compose.yaml");
  const again = await sandbox.run("export", "compose", "--out", "compose.yaml");
  expect([again.code, sandbox.read("compose.yaml")]).toEqual([2, before]);
  sandbox.configure({ ...CONFIG, env: {} });
  await sandbox.ok("export", "compose", "--out", "compose.yaml", "--force");
  expect(sandbox.read("compose.yaml")).not.toContain("API_KEY");
  await sandbox.ok("export", "pm2", "--out", "units");
  expect(JSON.parse(sandbox.read("units/ecosystem.config.json"))).toMatchObject({
    apps: [{ name: "web", script: "serve" }, { name: "db" }],
  });
});

test("export tells programs what it wrote, and people what formats there are", async () => {
  await using sandbox = new Sandbox(CONFIG);
  const answer: unknown = JSON.parse(await sandbox.ok("export", "pm2", "--json"));
  expect(answer).toMatchObject({
    format: "pm2",
    files: [{ name: "ecosystem.config.json", path: null }],
    notices: expect.arrayContaining(["it holds secrets: API_KEY"]) as unknown,
  });
  const wrong = await sandbox.run("export", "procfil");
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    "error: Cannot understand 'export procfil'\n  Did you mean 'procfile'?\n",
  ]);
});

test("what a profile starts is what starts by itself in what is exported", async () => {
  await using sandbox = new Sandbox({
    profiles: { small: { processes: ["@store"], env: { SIZE: "s" } } },
    groups: { store: ["db"] },
    processes: { web: "serve", db: { command: "store", autostart: false } },
  });
  const { apps } = JSON.parse(await sandbox.ok("export", "pm2", "--profile", "small")) as {
    apps: unknown[];
  };
  expect(apps).toMatchObject([
    { name: "web", autostart: false, env: { SIZE: "s" } },
    { name: "db", env: { SIZE: "s" } },
  ]);
  expect(apps[1]).not.toHaveProperty("autostart");
});
