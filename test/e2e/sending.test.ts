/** Processes with an input: what is sent to them, with and without the daemon that started them. */

import { readdirSync } from "node:fs";
import { expect, test } from "bun:test";
import { eventually, Sandbox } from "./sandbox.ts";

const WAIT_MS = 60_000;

/** Says each line that it reads, and how long it was. */
const READER = ["sh", "-c", 'while read -r line; do echo "$line is $${#line}"; done; echo ended'];
const DEAF = "sleep 1000";

test(
  "a line that is sent is read, also after a crash and a restart of the daemon",
  async () => {
    await using sandbox = new Sandbox({ processes: { repl: { command: READER, stdin: true } } });
    await sandbox.ok("up", "-d", "--wait");
    const { pid } = await sandbox.status("repl");
    await sandbox.ok("send", "repl", "--text", "one");
    await says(sandbox, ["one is 3"]);
    await sandbox.killDaemon();
    await sandbox.ok("send", "repl", "--text", "two");
    await says(sandbox, ["one is 3", "two is 3"]);
    await sandbox.ok("daemon", "restart");
    await sandbox.ok("send", "repl", "--text", "th", "--no-newline");
    await sandbox.ok("send", "repl", "--text", "ree");
    await says(sandbox, ["one is 3", "two is 3", "three is 5"]);
    expect((await sandbox.status("repl")).pid).toBe(pid);
    await sandbox.ok("restart", "repl");
    await sandbox.ok("send", "repl", "--text", "anew");
    await says(sandbox, ["one is 3", "two is 3", "three is 5", "anew is 4"]);
  },
  WAIT_MS,
);

test(
  "much that is sent at once by many arrives whole and in one piece",
  async () => {
    await using sandbox = new Sandbox({ processes: { repl: { command: READER, stdin: true } } });
    await sandbox.ok("up", "-d", "--wait");
    const texts = ["a", "b", "c"].map((letter) => letter.repeat(20_000));
    await Promise.all(texts.map((text) => sandbox.ok("send", "repl", "--text", text)));
    const shown = await eventually("all of it to be read", async () => {
      const value = (await sandbox.ok("logs", "repl", "--no-prefix")).split("\n");
      return { value, done: value.filter((line) => line.endsWith("is 20000")).length === 3 };
    });
    expect(shown.map((line) => new Set(line.split(" ")[0]).size).every((it) => it < 2)).toBe(true);
  },
  WAIT_MS,
);

test(
  "what cannot be sent is said, with what to do",
  async () => {
    await using sandbox = new Sandbox({
      processes: {
        plain: DEAF,
        deaf: { command: DEAF, stdin: true },
        idle: { command: READER, stdin: true, autostart: false },
      },
    });
    await sandbox.ok("up", "-d", "--wait");
    for (const [target, text, code, words] of [
      ["plain", "x", 1, "stdin: true"],
      ["idle", "x", 1, "does not run"],
      ["nobody", "x", 3, "nobody"],
      ["plain", "x".repeat(70_000), 2, "64 KiB"],
    ] as const) {
      const ran = await sandbox.run("send", target, "--text", text);
      expect([target, ran.code]).toEqual([target, code]);
      expect(ran.stderr).toContain(words);
    }
    expect((await sandbox.run("send", "deaf", '{"reload":true}')).stderr).toContain("no channel");
    await sandbox.ok("send", "deaf", "--text", "x".repeat(60_000));
    const { code, stderr } = await sandbox.run("send", "deaf", "--text", "x".repeat(60_000));
    expect(code).toBe(124);
    expect(stderr).toContain("does not read its input");
  },
  WAIT_MS,
);

test(
  "a new daemon forgets the pipes of runs that are over, and keeps those of the others",
  async () => {
    await using sandbox = new Sandbox({ processes: { repl: { command: READER, stdin: true } } });
    await sandbox.ok("up", "-d", "--wait");
    const run = `${sandbox.home}/run`;
    // What holds the pipes is each daemon's own.
    const pipes = (): string[] =>
      readdirSync(run)
        .filter((name) => !name.endsWith(".holder"))
        .toSorted();
    const before = pipes();
    for (const end of ["in", "out", "err", "tty"]) await Bun.write(`${run}/gone-1.${end}`, "");
    await sandbox.killDaemon();
    await sandbox.ok("send", "repl", "--text", "one");
    expect(pipes()).toEqual(before);
    await says(sandbox, ["one is 3"]);
  },
  WAIT_MS,
);

async function says(sandbox: Sandbox, lines: readonly string[]): Promise<void> {
  const shown = await eventually(`it to say ${lines.at(-1)}`, async () => {
    const value = (await sandbox.ok("logs", "repl", "--no-prefix")).trimEnd().split("\n");
    return { value, done: value.includes(lines.at(-1) ?? "") };
  });
  expect(shown).toEqual([...lines]);
}
