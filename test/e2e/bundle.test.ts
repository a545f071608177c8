/** What users run is a bundle: what finds its programs by path, or loads something late, does so there as well. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { installBundle } from "../../src/bundle.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const installed = realpathSync(mkdtempSync(join(tmpdir(), "procman bundle#")));
let main = "";

const CONFIG = `import { defineConfig } from "procman";

const beat: string = "echo beat; sleep 0.1";
export default defineConfig({
  processes: {
    clock: { command: \`while :; do \${beat}; done\`, ready: { log: "beat" } },
    sleeper: { command: ["sleep", "1000"], dependsOn: { clock: "ready" } },
  },
});
`;

beforeAll(async () => {
  main = await installBundle(installed);
});

afterAll(() => rmSync(installed, { recursive: true, force: true }));

test("from a bundle a program of a configuration runs, its lines are found and followed, and its daemon may be killed or replaced", async () => {
  await using sandbox = bundled();
  sandbox.write("procman.config.ts", CONFIG);
  await sandbox.ok("up", "-d", "--wait", "--timeout", "30s");
  const pids = await sandbox.pids();
  expect(await programOf(sandbox)).toBe(join(installed, "dist/daemon/main.js"));

  const follower = sandbox.spawn(["logs", "-f", "clock", "-n", "1", "--no-prefix"]);
  const reader = follower.stdout.getReader();
  expect(await beats(reader, 3)).toBe(true);

  const killed = await sandbox.killDaemon();
  await eventually("another daemon", async () => {
    const { code, stdout } = await sandbox.run("daemon", "status", "--json");
    return { value: stdout, done: code === 0 && !stdout.includes(`"pid":${killed},`) };
  });
  const { pid, startedAt } = await sandbox.daemon();
  await sandbox.ok("daemon", "restart");
  const next = await sandbox.daemon();
  expect(next.pid).toBe(pid);
  expect(next.startedAt).not.toBe(startedAt);
  expect(await programOf(sandbox)).toBe(join(installed, "dist/daemon/main.js"));

  expect(await sandbox.pids()).toEqual(pids);
  expect(await beats(reader, 3)).toBe(true);
  follower.kill("SIGINT");
  await follower.exited;
  await sandbox.ok("down");
});

test("help in a bundle has its texts, and the page that it names is there", async () => {
  await using sandbox = bundled();
  const text = await sandbox.ok("help", "states");
  expect(text).toContain("backoff");
  const page = /^More: (.*)$/m.exec(text)?.[1];
  expect(page).toBe(join(installed, "docs/doctor.md"));
  expect(existsSync(page ?? "")).toBe(true);
});

test("the dashboard of a bundle is ready-made, and let in to", async () => {
  await using sandbox = bundled();
  const { url } = JSON.parse(await sandbox.ok("dash", "--json")) as { url: string };
  const login = await fetch(url, { redirect: "manual" });
  const cookie = login.headers.get("set-cookie")?.split(";")[0] ?? "";
  const page = await fetch(new URL("/", url), { headers: { cookie } });
  expect(await page.text()).toBe(readFileSync(join(installed, "dist/dashboard.html"), "utf8"));
});

test("doctor has its checks in a bundle, without a daemon too", async () => {
  await using sandbox = bundled();
  const { stdout } = await sandbox.run("doctor", "--json");
  const { findings } = JSON.parse(stdout) as { findings: { check: string }[] };
  expect(findings.map(({ check }) => check)).toContain("containment");
});

test("an error in a bundle tells of the lines of the sources", async () => {
  await using sandbox = bundled();
  const daemon = join(installed, "dist/daemon/main.js");
  const child = Bun.spawn(
    [process.execPath, daemon, "--self-test", "--home", join(sandbox.root, "missing")],
    { env: {}, stdio: ["ignore", "ignore", "pipe"] },
  );
  expect(await child.stderr.text()).toMatch(/src\/daemon\/self-test\.ts:\d+/);
  expect(await child.exited).toBe(1);
});

test("F54: a bundle whose log worker does not load does not replace the daemon", async () => {
  await using sandbox = bundled();
  await sandbox.ok("daemon", "start");
  const worker = join(installed, "dist/logs/worker.js");
  const text = readFileSync(worker, "utf8");
  writeFileSync(worker, "import './nothing.js';");
  try {
    const { code, stderr } = await sandbox.run("daemon", "restart");
    expect(code).toBe(4);
    expect(stderr).toMatch(/nothing\.js/);
  } finally {
    writeFileSync(worker, text);
  }
});

function bundled(): Sandbox {
  return new Sandbox(null, {}, main);
}

/** The program that the daemon runs. */
async function programOf(sandbox: Sandbox): Promise<string | undefined> {
  const { pid } = await sandbox.daemon();
  const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  return command.find((word) => /main\.[jt]s$/.test(word));
}

/** Reads on until there were as many. */
async function beats(
  reader: { read(): Promise<{ done: boolean; value?: Uint8Array | undefined }> },
  count: number,
): Promise<boolean> {
  let text = "";
  while ((text.match(/beat\n/g) ?? []).length < count) {
    const { done, value } = await reader.read();
    if (done) return false;
    text += new TextDecoder().decode(value);
  }
  return true;
}

test("from a bundle the helper for programs runs in Node", async () => {
  await using sandbox = bundled();
  // As the package says; by its address, because of the "#" in the path.
  writeFileSync(join(installed, "package.json"), '{ "type": "module" }');
  const helper = pathToFileURL(join(installed, "dist/child.js")).href;
  // It goes on: what a program says in the moment of its end comes too late to be ready by.
  const program = `import("${helper}").then(({ procman }) => procman.ready()); setInterval(() => {}, 1e6)`;
  sandbox.configure({
    processes: { app: { command: ["node", "-e", program], ready: { ipc: true }, restart: "no" } },
  });
  await sandbox.ok("up", "-d", "--wait");
  expect(await sandbox.events("--type", "process.ready")).toHaveLength(1);
});
