/** A project in which the examples of every command's help make sense, and what they mention beside it. */

import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { Sandbox } from "./sandbox.ts";

const MAIN = resolve(import.meta.dir, "../../src/cli/main.ts");

/** Answers each message over the channel that procman gives to programs of Node and Bun. */
const ANSWERS = `while read -r _ <&3; do echo '"done"' >&3; done; exec sleep 1000`;

const CONFIG = {
  name: "shop",
  groups: { backend: ["api", "db"] },
  profiles: { production: ["all"] },
  processes: {
    db: "sleep 1000",
    migrate: { command: "true", restart: "no", dependsOn: ["db"] },
    api: {
      command: ["sh", "-c", "echo 'WARN request timeout'; exec sleep 1000"],
      instances: 2,
      env: { LOG_LEVEL: "info" },
      dependsOn: { migrate: "succeeded" },
    },
    worker: { command: ["sh", "-c", ANSWERS], ipc: true },
    mailer: "sleep 1000",
    "web-1": { command: ["sh", "-c", "trap '' USR1; exec sleep 1000"] },
    repl: { command: "cat", tty: true },
    tests: { command: "true", restart: "no" },
  },
};

/** On PATH for the examples: procman, and stand-ins for what a machine may not have or must not be told. */
const PROGRAMS: Readonly<Record<string, string>> = {
  procman: `exec ${process.execPath} --config=/dev/null --no-env-file ${MAIN} "$@"`,
  make: "echo compiling; echo linking >&2",
  ssh: "exec sleep 1000",
  systemctl: "exit 0",
  loginctl: "exit 0",
  "xdg-open": "exit 0",
  open: "exit 0",
};

const FILES: Readonly<Record<string, string>> = {
  "ci.yaml": "processes: { api: sleep 1 }\n",
  "ecosystem.config.js": 'module.exports = { apps: [{ name: "api", script: "./app.js" }] };\n',
  "app.js": "",
  "seed.ts": 'console.log("seeded");\n',
  "sum.test.ts": 'import { test } from "bun:test";\ntest("a sum", () => {});\n',
  "../old/Procfile": "api: node app.js\n",
};

/** With a shell in which examples are run as they stand: `exampleLine` makes its line. */
export function exampleSandbox(): Sandbox {
  const sandbox = new Sandbox(CONFIG);
  for (const directory of ["bin", "old", ".config/fish/completions"]) {
    mkdirSync(join(sandbox.root, directory), { recursive: true });
  }
  mkdirSync(join(sandbox.directory, "run"));
  for (const [name, text] of Object.entries(FILES)) sandbox.write(name, text);
  for (const [name, line] of Object.entries(PROGRAMS)) {
    chmodSync(sandbox.write(`../bin/${name}`, `#!/bin/sh\n${line}\n`), 0o755);
  }
  return sandbox;
}

/** As if there had been no configuration yet. */
export function withoutConfiguration(sandbox: Sandbox): void {
  const found = new Bun.Glob("procman*").scanSync({ cwd: sandbox.directory });
  for (const name of found) rmSync(join(sandbox.directory, name));
}

/** For `sh -c`. A single command takes the place of the shell, so that a signal reaches it. */
export function exampleLine(line: string): string {
  const isPlain = /^procman [^|&;]*$/.test(line);
  return `PATH="$HOME/bin:$PATH"; export PATH; ${isPlain ? "exec " : ""}${line}`;
}
