/** The package as users get it: packed, installed into an empty project elsewhere, run by `bunx`. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Status } from "../../src/protocol/status.ts";

const REPOSITORY = resolve(import.meta.dir, "../..");
/** Packing and installing may have to ask the registry. Milliseconds. */
const INSTALL_MS = 60_000;

const root = realpathSync(mkdtempSync(join(tmpdir(), "procman-package-")));
const project = join(root, "project");
const { PROCMAN_HOME: _, ...callerEnv } = process.env;
const env = { ...callerEnv, PROCMAN_HOME: join(root, "home") };

const CONFIG = `import { defineConfig } from "procman";

export default defineConfig({
  name: "elsewhere",
  processes: {
    prepare: { command: "echo prepared", restart: "no" },
    clock: {
      command: "while :; do echo tick; sleep 0.1; done",
      dependsOn: { prepare: "succeeded" },
      ready: { after: "200ms" },
    },
  },
});
`;

beforeAll(async () => {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "elsewhere" }));
  writeFileSync(join(project, "procman.config.ts"), CONFIG);
  await bun(REPOSITORY, "pm", "pack", "--destination", root, "--quiet");
  const [archive] = [...new Bun.Glob("procman-*.tgz").scanSync(root)];
  await bun(project, "add", join(root, archive ?? "no archive"));
}, INSTALL_MS);

afterAll(async () => {
  await run(project, ["x", "procman", "daemon", "stop"]);
  rmSync(root, { recursive: true, force: true });
}, INSTALL_MS);

test("an installed package serves `bunx procman up` with all that belongs to it", async () => {
  await bun(project, "x", "procman", "up", "-d", "--wait", "--timeout", "30s");

  const statuses = JSON.parse(await bun(project, "x", "procman", "ls", "--json")) as Status[];
  expect(statuses.map(({ id, state }) => `${id} ${state}`).toSorted()).toEqual([
    "elsewhere/clock.1 running",
    "elsewhere/prepare.1 completed",
  ]);
  const clock = statuses.find(({ process }) => process === "clock");

  const prepared = await bun(project, "x", "procman", "logs", "prepare", "-n", "5", "--no-prefix");
  expect(prepared).toBe("prepared\n");
  expect(await bun(project, "x", "procman", "logs", "clock", "-n", "1")).toContain("tick");

  await bun(project, "x", "procman", "down");
  expect(JSON.parse(await bun(project, "x", "procman", "ls", "--json"))).toEqual([]);
  expect(() => process.kill(clock?.pid ?? 0, 0)).toThrow("ESRCH");
}, 60_000);

test("the package holds the program and its papers, and nothing else", async () => {
  const held = [...new Bun.Glob("**/*").scanSync(join(project, "node_modules", "procman"))];
  const papers = ["LICENSE", "README.md", "CHANGELOG.md", "package.json"];
  const outside = held.filter((path) => !/^(?:src|docs)\//.test(path));
  expect(outside.toSorted()).toEqual(papers.toSorted());
  const pages = held.filter((path) => path.startsWith("docs/"));
  expect(pages.filter((path) => !/^docs\/[\w-]+\.(?:md|1)$/.test(path))).toEqual([]);
  expect(pages).toContain("docs/procman.1");
  expect(held).toContain("src/cli/main.ts");
});

/** Runs Bun and demands success; what it wrote to standard output. */
async function bun(cwd: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, args);
  if (code !== 0) throw new Error(`bun ${args.join(" ")} exited with ${code}: ${stderr}${stdout}`);
  return stdout;
}

async function run(cwd: string, args: readonly string[]) {
  const child = Bun.spawn([process.execPath, ...args], {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, code] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  return { stdout, stderr, code };
}
