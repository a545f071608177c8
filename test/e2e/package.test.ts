/** The package as users get it: packed, installed into an empty project elsewhere, run by `bunx` from its bundle. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PROGRAMS } from "../../src/programs.ts";
import type { DaemonStatus } from "../../src/protocol/shapes.ts";
import type { Status } from "../../src/protocol/status.ts";

const REPOSITORY = resolve(import.meta.dir, "../..");
/** Packing and installing may have to ask the registry. Milliseconds. */
const INSTALL_MS = 60_000;

const root = realpathSync(mkdtempSync(join(tmpdir(), "procman-package-")));
const checkout = join(root, "checkout");
const project = join(root, "project");
const installed = join(project, "node_modules", "procman");
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
  copyRepository();
  await bun(checkout, "pm", "pack", "--destination", root, "--quiet");
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
  const daemon = JSON.parse(
    await bun(project, "x", "procman", "daemon", "status", "--json"),
  ) as DaemonStatus;
  const command = readFileSync(`/proc/${daemon.pid}/cmdline`, "utf8").split("\0");
  expect(command).toContain(join(installed, "dist/daemon/main.js"));
  const clock = statuses.find(({ process }) => process === "clock");

  const prepared = await bun(project, "x", "procman", "logs", "prepare", "-n", "5", "--no-prefix");
  expect(prepared).toBe("prepared\n");
  expect(await bun(project, "x", "procman", "logs", "clock", "-n", "1")).toContain("tick");

  await bun(project, "x", "procman", "down");
  expect(JSON.parse(await bun(project, "x", "procman", "ls", "--json"))).toEqual([]);
  expect(() => process.kill(clock?.pid ?? 0, 0)).toThrow("ESRCH");
}, 60_000);

test("the package holds the program and its papers, and nothing else", async () => {
  const held = [...new Bun.Glob("**/*").scanSync(installed)];
  const papers = ["LICENSE", "README.md", "CHANGELOG.md", "package.json"];
  const outside = held.filter((path) => !/^(?:dist|src|docs)\//.test(path));
  expect(outside.toSorted()).toEqual(papers.toSorted());
  const pages = held.filter((path) => path.startsWith("docs/"));
  expect(pages.filter((path) => !/^docs\/[\w-]+\.(?:md|1)$/.test(path))).toEqual([]);
  expect(pages).toContain("docs/procman.1");
  expect(held).toContain("src/cli/main.ts");
  expect(held).toEqual(expect.arrayContaining(PROGRAMS.map((program) => `dist/${program}.js`)));
  expect(held).toContain("dist/licenses.txt");
  expect(held).toContain("dist/dashboard.html");
});

/** A program of somebody else, and the settings that `bun init` writes. */
const PROGRAM = `import { connect, defineConfig, ProcessManager, ProcmanError, type Procman } from "procman";
import { procman as self } from "procman/child";

self.ready();
const manager = new ProcessManager({ maxProcesses: 2 });
manager.on("exit", ({ processId, code }) => console.log(processId, code));
const id: string = manager.spawnProcess({ command: "sh", args: ["-c", "exit 3"] });
const code: number | null = (await manager.waitForExit(id)).code;
await using procman: Procman = connect();
const { pid } = await procman.daemonStatus().catch((error: unknown) => {
  if (error instanceof ProcmanError && error.code === "DAEMON_UNREACHABLE") return { pid: code };
  throw error;
});
const { project } = await procman.up({ until: "ready" });
for (const { state } of await procman.list({ targets: ["clock"] })) console.log(project, state);
for await (const { type } of procman.events({ follow: false, last: 1 })) console.log(typeof type);
console.log((await procman.down({ targets: [] })).results.length, pid);
// @ts-expect-error: nothing says what is to be stopped.
const wrong = () => procman.stop();
export default [wrong, defineConfig({ processes: { a: "x" } })];
`;
const SETTINGS = { target: "ESNext", strict: true, noEmit: true, types: [] as string[] };
const BY_BUN_INIT = {
  moduleDetection: "force",
  allowJs: true,
  allowImportingTsExtensions: true,
  verbatimModuleSyntax: true,
  skipLibCheck: true,
  noFallthroughCasesInSwitch: true,
  noUncheckedIndexedAccess: true,
  noImplicitOverride: true,
};

test.each([
  ["bun init", { module: "Preserve", moduleResolution: "bundler", ...BY_BUN_INIT }],
  ["a bundler", { module: "ESNext", moduleResolution: "bundler" }],
  ["tsc --init", { module: "NodeNext", isolatedModules: true, exactOptionalPropertyTypes: true }],
])(
  "a program that imports the package has its types, with the settings of %s",
  async (_writer, by) => {
    const compilerOptions = {
      ...SETTINGS,
      ...by,
      types: [join(REPOSITORY, "node_modules/bun-types")],
    };
    writeFileSync(join(project, "app.mts"), PROGRAM);
    writeFileSync(
      join(project, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["app.mts"] }),
    );
    await bun(project, "check");
  },
  60_000,
);

test("a program that imports the package starts the daemon of the bundle", async () => {
  writeFileSync(join(project, "app.mts"), PROGRAM);
  await run(project, ["x", "procman", "daemon", "stop"]);
  expect(await bun(project, "app.mts")).toBe("process-1 3\nelsewhere running\nstring\n2 3\n");
  const status = JSON.parse(
    await bun(project, "x", "procman", "daemon", "status", "--json"),
  ) as DaemonStatus;
  const command = readFileSync(`/proc/${status.pid}/cmdline`, "utf8").split("\0");
  expect(command).toContain(join(installed, "dist/daemon/main.js"));
}, 60_000);

test("what is packed leaves no bundle in the checkout, which goes on running its sources", () => {
  expect(existsSync(join(checkout, "dist"))).toBe(false);
});

/** Packing makes a bundle for a moment, and every command of the repository itself would run from it. */
function copyRepository(): void {
  const papers = ["package.json", ".gitignore", "README.md", "CHANGELOG.md", "LICENSE"];
  for (const path of ["docs", "src", ...papers]) {
    cpSync(join(REPOSITORY, path), join(checkout, path), { recursive: true });
  }
  symlinkSync(join(REPOSITORY, "node_modules"), join(checkout, "node_modules"));
}

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
