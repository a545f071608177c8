/** The client for Python, where there is one to try it with. */

import { expect, test } from "bun:test";
import { join, resolve } from "node:path";
import { Sandbox } from "../e2e/sandbox.ts";

const REPOSITORY = resolve(import.meta.dir, "../..");
const CLIENT = join(REPOSITORY, "src/python");
const python = Bun.which("python3");
const SLOW_MS = 60_000;

async function ran(...args: readonly string[]) {
  const child = Bun.spawn([python ?? "", ...args], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: "/nonexistent",
      PYTHONPATH: CLIENT,
      PYTHONDONTWRITEBYTECODE: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { stdout, stderr };
}

const FIELDS = [
  "cpu",
  "error",
  "exitCode",
  "memory",
  "pid",
  "restarts",
  "signal",
  "status",
  "uptime",
];

// Without Python nobody needs its client. A home with a long path has its socket elsewhere.
test.skipIf(python === null).each(["home", `home-${"x".repeat(100)}`])(
  "it starts, shows and stops processes, also over the death of the daemon: %s",
  async (name) => {
    await using sandbox = new Sandbox(null);
    const home = join(sandbox.root, name);
    const main = join(REPOSITORY, "src/cli/main.ts");
    const trial = join(import.meta.dir, "fixtures/client_trial.py");
    const command = [process.execPath, "--config=/dev/null", "--no-env-file", main];
    const { stdout, stderr } = await ran(trial, home, ...command);
    expect(stderr).toBe("");
    const said = stdout.trimEnd().split("\n");
    expect(Object.fromEntries(said.map((line) => JSON.parse(line) as [string, unknown]))).toEqual({
      "no daemon": [[], false],
      "no daemon to ask": "DAEMON_UNREACHABLE",
      "arguments and variables": { stdout: ["you /bin:/usr/bin $(id)"], stderr: [] },
      status: ["running", true, FIELDS],
      "the same again": "NAME_TAKEN",
      missing: "COMMAND_NOT_FOUND",
      wrong: ["INVALID_PARAMETER", "INVALID_PARAMETER", "INVALID_PARAMETER"],
      unknown: ["PROCESS_NOT_FOUND", false],
      flood: [1000, "299001", "300000", 3],
      some: ["299999", "300000"],
      "one too many": "LIMIT_REACHED",
      "after the death of the daemon": ["running", true],
      stubborn: [true, true],
      stopped: "stopped",
      "odd line ends": ["one\u000b\u0085two", "10%\r20%"],
      left: ["stopped", "stopped"],
      event: "process.exited",
      "a home of everybody": "HOME_UNUSABLE",
    });
  },
  SLOW_MS,
);

test.skipIf(python === null)("it is written in the Python of 3.8", async () => {
  const program = "import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 8))";
  const { stderr } = await ran("-c", program, join(CLIENT, "procman_client.py"));
  expect(stderr).toBe("");
});
