/** The examples of every command's help work: each is run as it stands. */

import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { COMMANDS, findCommand } from "../../src/cli/commands.ts";
import { exampleLine, exampleSandbox, withoutConfiguration } from "./example-project.ts";
import { eventually, kill, type Sandbox } from "./sandbox.ts";

/** Examples that cannot be run here, each with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "sudo procman startup install --system": "it changes the machine: see startup.test.ts",
};

/** Those that go on until they are interrupted, and what they show first. */
const ENDLESS: Readonly<Record<string, string>> = {
  "procman up": "api.2 started",
  "procman up api": "WARN request timeout",
  "procman run -- bun test --watch": "1 pass",
  "procman ls --watch": "worker",
  "procman stats --watch": "worker",
  "procman logs -f": "WARN request timeout",
  "procman logs build -f": "linking",
  "procman events -f --type 'process.*' --json": '"process":"worker"',
};
const INTERRUPTED = 130;

/** Those that need a terminal, what they show, and the key that ends them. */
const ON_TERMINAL: Readonly<Record<string, readonly [shows: string, key: string]>> = {
  "procman attach repl": ["detaches.", "\u001D"],
  "procman attach repl --detach-key ctrl-a": ["detaches.", "\u0001"],
  "procman top": ["worker", "q"],
  "procman top --all --sort cpu": ["worker", "q"],
};

/** Before an example everything is up, but for these. */
const BEFORE: readonly (readonly [begins: string, before: (sandbox: Sandbox) => unknown])[] = [
  ["procman up", down],
  ["procman exec", down],
  ["procman adopt", down],
  ["procman init", withoutConfiguration],
  ["procman config import", withoutConfiguration],
  ["procman config", () => {}],
];

for (const name of Object.keys(COMMANDS)) {
  test(`the examples of ${name} work, and leave nothing behind`, async () => {
    await using sandbox = exampleSandbox();
    const { examples } = await findCommand(name);
    for (const [line] of examples) {
      if (Object.hasOwn(NOT_RUN, line)) continue;
      const { says, ...ran } = await runExample(sandbox, line);
      expect({ line, ...ran, says }).toEqual({
        line,
        code: ran.expected,
        expected: ran.expected,
        says,
      });
    }
    await sandbox.run("daemon", "stop", "--timeout", "1s");
    await eventually(`nothing to be left of ${name}`, async () => {
      const value = sandbox.processes();
      return { value, done: value.length === 0 };
    });
  }, 120_000);
}

test("every example that is treated apart is there", async () => {
  const all = await Promise.all(Object.keys(COMMANDS).map(findCommand));
  const lines = all.flatMap(({ examples }) => examples.map(([line]) => line));
  const apart = [NOT_RUN, ENDLESS, ON_TERMINAL].flatMap(Object.keys);
  expect(apart.filter((line) => !lines.includes(line))).toEqual([]);
});

interface Ended {
  readonly code: number;
  readonly expected: number;
  /** For whoever looks at a failure. */
  readonly says: string;
}

async function runExample(sandbox: Sandbox, line: string): Promise<Ended> {
  const [, before] = BEFORE.find(([begins]) => line.startsWith(begins)) ?? [];
  await (before === undefined ? sandbox.ok("up", "-d", "--wait") : before(sandbox));
  if (Object.hasOwn(ENDLESS, line)) return interrupted(sandbox, line);
  if (Object.hasOwn(ON_TERMINAL, line)) return onTerminal(sandbox, line);
  await using stranger = strangerIn(sandbox, line);
  const shown = (await stranger?.named()) ?? line;
  const { code, stdout, stderr } = await sandbox.shell(exampleLine(shown));
  return { code, expected: 0, says: stdout + stderr };
}

async function down(sandbox: Sandbox): Promise<void> {
  await sandbox.ok("down", "--timeout", "1s");
}

/** Runs until it has shown what it is to show, and is interrupted then. */
async function interrupted(sandbox: Sandbox, line: string): Promise<Ended> {
  const shows = ENDLESS[line] ?? "";
  const child = sandbox.spawnShell(exampleLine(line));
  let says = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) says += decoder.decode(bytes, { stream: true });
  });
  await eventually(`'${line}' to show ${shows}`, async () => {
    // Something happens.
    if (line.startsWith("procman events")) await sandbox.ok("restart", "worker");
    return { value: says, done: says.includes(shows) };
  });
  child.kill("SIGINT");
  const code = await child.exited;
  await Promise.all(reading);
  return { code, expected: INTERRUPTED, says };
}

async function onTerminal(sandbox: Sandbox, line: string): Promise<Ended> {
  const window = sandbox.onTerminal(line.split(" ").slice(1));
  const [shows, key] = ON_TERMINAL[line] ?? ["", ""];
  await window.says(shows);
  window.type(key);
  return { code: await window.exited, expected: 0, says: window.text() };
}

const SERVER =
  "const { port } = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() }); await Bun.write('run/port', String(port));";

/** A server that runs already, where an example is about one: by its pid, its port or its pid file. */
function strangerIn(sandbox: Sandbox, line: string) {
  if (!/\b(?:4242|3000|api\.pid)\b/.test(line)) return null;
  rmSync(join(sandbox.directory, "run/port"), { force: true });
  const child = Bun.spawn([process.execPath, "-e", SERVER], {
    cwd: sandbox.directory,
    stdio: ["ignore", "ignore", "ignore"],
  });
  return {
    async named(): Promise<string> {
      const port = await eventually("the server to listen", async () => {
        const file = Bun.file(join(sandbox.directory, "run/port"));
        const value = (await file.exists()) ? await file.text() : "";
        return { value, done: value !== "" };
      });
      sandbox.write("run/api.pid", String(child.pid));
      return line.replace("4242", String(child.pid)).replace("3000", port);
    },
    async [Symbol.asyncDispose](): Promise<void> {
      kill(child.pid);
      await child.exited;
    },
  };
}
