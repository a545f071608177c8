/** Completion, in the shells themselves. */

import { chmodSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "bun:test";
import type { OnTerminal } from "./on-terminal.ts";
import { eventually, Sandbox } from "./sandbox.ts";

const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");

const CONFIG = {
  name: "shop",
  groups: { backend: ["api", "db"] },
  profiles: { ci: ["api"], production: ["all"] },
  processes: {
    api: { command: "sleep 1000", instances: 2, description: "the web: server" },
    apricot: "sleep 1000",
    db: "sleep 1000",
  },
};

/** A project that was started, and `procman` on the PATH. */
async function started(): Promise<Sandbox> {
  const sandbox = new Sandbox(CONFIG);
  mkdirSync(join(sandbox.root, "bin"));
  const wrapper = join(sandbox.root, "bin", "procman");
  const line = `exec ${process.execPath} --config=/dev/null --no-env-file ${MAIN} "$@"`;
  await Bun.write(wrapper, `#!/bin/sh\n${line}\n`);
  chmodSync(wrapper, 0o755);
  await sandbox.ok("up", "-d");
  return sandbox;
}

/** What the shell would offer for a line whose end the cursor is at. */
type Offers = (sandbox: Sandbox, line: string) => Promise<string[]>;

const bash: Offers = (sandbox, line) =>
  offers(sandbox, "bash", [
    `source <(procman completion bash)`,
    `COMP_LINE='${line}' COMP_POINT=${line.length}`,
    `_procman; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ]);

const fish: Offers = (sandbox, line) =>
  offers(sandbox, "fish", [`procman completion fish | source`, `complete -C '${line}'`]);

async function offers(sandbox: Sandbox, shell: string, script: string[]): Promise<string[]> {
  const child = Bun.spawn([shell, "-c", script.join("\n")], {
    cwd: sandbox.directory,
    env: environment(sandbox),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const text = await child.stdout.text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((it) => it.split("\t")[0] ?? "");
}

function environment(sandbox: Sandbox): Record<string, string> {
  const path = `${join(sandbox.root, "bin")}:${process.env["PATH"]}`;
  return { PATH: path, HOME: sandbox.root, PROCMAN_HOME: sandbox.home, TERM: "xterm" };
}

const ROWS: readonly (readonly [line: string, expected: readonly string[]])[] = [
  ["procman insp", ["inspect"]],
  ["procman stop ap", ["api", "apricot"]],
  ["procman stop api.", ["api.1", "api.2"]],
  ["procman stop db @b", ["@backend"]],
  ["procman stop shop/d", ["shop/db"]],
  ["procman -q restart d", ["db"]],
  ["procman signal U", ["USR1", "USR2"]],
  ["procman signal USR1 d", ["db"]],
  ["procman scale apr", ["apricot="]],
  ["procman up --det", ["--detach"]],
  ["procman up --no-d", ["--no-deps"]],
  ["procman ls --dir", ["--directory"]],
  ["procman up --profile p", ["production"]],
  ["procman up --profile=c", ["--profile=ci"]],
  ["procman ls -p s", ["shop"]],
  ["procman wait api --for succ", ["succeeded"]],
  ["procman completion z", ["zsh"]],
  ["procman config imp", ["import"]],
  ["procman nonsense ", []],
];

test("bash completes commands, flags and names", async () => {
  await using sandbox = await started();
  for (const [line, expected] of ROWS) {
    // Readline puts it behind the last `=`, so only that part is given to it.
    const cut = /[^ ]*=/.exec(line)?.[0] ?? "";
    const wanted = expected.map((it) => it.slice(cut.length));
    expect([line, await bash(sandbox, line)]).toEqual([line, wanted]);
  }
});

test("bash in a terminal fills in what is the only candidate", async () => {
  await using sandbox = await started();
  const terminal = sandbox.onTerminalOf(["bash", "--norc", "-i"], {
    ...environment(sandbox),
    PS1: "$ ",
    HISTFILE: "",
  });
  terminal.type("eval \"$(procman completion bash)\"; echo read''y\r");
  await terminal.says("ready");
  terminal.type("procman inspect @ba\t");
  await terminal.says("procman inspect @backend ");
  terminal.type("\u0015procman up --profile=pr\t");
  await terminal.says("procman up --profile=production ");
  terminal.type("\u0015procman scale apr\t2");
  await terminal.says("procman scale apricot=2");
  terminal.type("\u0015procman config import procm\t");
  await terminal.says("procman config import procman.json ");
  terminal.type("\u0015exit\r");
  await terminal.exited;
});

test.skipIf(Bun.which("fish") === null)("fish completes the same", async () => {
  await using sandbox = await started();
  for (const [line, expected] of ROWS) {
    expect([line, (await fish(sandbox, line)).toSorted()]).toEqual([line, [...expected]]);
  }
});

test.skipIf(Bun.which("zsh") === null)("zsh completes the same, on a terminal", async () => {
  await using sandbox = await started();
  const terminal = sandbox.onTerminalOf(["zsh", "-f", "-i"], environment(sandbox));
  terminal.type("PS1='$ '; eval \"$(procman completion zsh)\"; echo read''y\r");
  await terminal.says("ready");
  for (const [line, [expected, another]] of ROWS) {
    if (expected === undefined) continue;
    const words = line.split(" ").slice(0, -1).join(" ");
    terminal.type(`\u0015${line}`);
    await shows(terminal, line);
    // What several have in common is filled in first; the second key lists them, below the line.
    terminal.type(another === undefined ? "\t" : "\t\t");
    await shows(terminal, another ?? `${words} ${expected}`);
  }
  terminal.type("\u0015exit\r");
  await terminal.exited;
});

/** Bells and the escapes of zsh's line editor left out. */
async function shows(terminal: OnTerminal, text: string): Promise<void> {
  await eventually(`the terminal to show ${text}`, async () => {
    // oxlint-disable-next-line no-control-regex -- that is what they are
    const value = terminal.text().replaceAll(/\u001B\[[\d;?]*[A-Za-z]|[\u0007\u0008]/g, "");
    return { value, done: value.includes(text) };
  });
}

test("names are there without a daemon, and nothing is where nothing was started", async () => {
  await using sandbox = await started();
  await sandbox.ok("daemon", "stop");
  expect(await sandbox.ok("--complete", "--", "stop", "d")).toStartWith("db\t");
  await using empty = new Sandbox(CONFIG);
  expect(await empty.ok("--complete", "--", "stop", "d")).toBe("");
  expect(await empty.ok("--complete", "--", "run", "--", "l")).toBe(":files\n");
  expect(
    await Array.fromAsync(new Bun.Glob("*").scan({ cwd: empty.root, onlyFiles: false })),
  ).toEqual(["project"]);
});
