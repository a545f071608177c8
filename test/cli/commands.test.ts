/** Commands that are not there, help, and flags that every command reads alike: each leads a reader on. */

import { expect, test } from "bun:test";
import { readArguments } from "../../src/cli/arguments.ts";
import type { CommandContext } from "../../src/cli/command.ts";
import { COMMANDS, findCommand, splitCommandLine } from "../../src/cli/commands.ts";
import { durationFlag, TIMEOUT_FLAG } from "../../src/cli/commands/targets.ts";
import * as documents from "../../src/cli/help/documents.ts";
import { helpAbout, overview } from "../../src/cli/help/help.ts";
import { ProcmanError, type Problem } from "../../src/model/errors.ts";

test.each([
  ["delete", "Did you mean 'procman down NAME'?"],
  ["rm", "Did you mean 'procman down NAME'?"],
  ["info", "Did you mean 'procman inspect NAME'?"],
  ["version", "Did you mean 'procman --version'?"],
  ["dashboard", "Did you mean 'procman dash'?"],
  ["compose", "Did you mean 'procman up'?"],
  ["env", "Did you mean 'procman inspect NAME --env'?"],
  // One edit away from `stop`, which nobody who has slipped should be led to.
  ["pop", "Did you mean 'procman top'?"],
  ["swap", "'procman --help' lists commands and topics."],
  ["stpo", "Did you mean 'procman stop'?"],
])("'%s' is answered with: %s", async (name, hint) => {
  const error = await findCommand(name).catch((it: unknown) => it);
  expect((error as ProcmanError).problem).toMatchObject({ code: "USAGE", hint });
});

test.each(["-v", "-V", "--version"])("%s alone asks for the version", (flag) => {
  expect(splitCommandLine([flag]).wantsVersion).toBe(true);
  expect(splitCommandLine(["logs", "-v"]).wantsVersion).toBe(false);
});

test("help names a switch by the way it is switched", async () => {
  expect(overview()).toMatch(/--no-color +no colour/);
  const help = await helpAbout("up");
  expect(help).toMatch(/--no-deps +only the targets/);
  expect(help).toMatch(/^Also: --json, .*-q, -f.*'procman help'/m);
  expect(help).not.toContain("the daemon's home");
});

test.each(Object.keys(COMMANDS))(
  "help of %s has two examples, and fits a terminal",
  async (name) => {
    const command = await findCommand(name);
    expect(command.examples.length).toBeGreaterThanOrEqual(2);
    for (const line of (await helpAbout(name)).split("\n")) {
      expect(Bun.stringWidth(line)).toBeLessThanOrEqual(120);
    }
  },
);

test("help has every command once, under the heading that JSON names", async () => {
  const { commands } = JSON.parse(documents.overview()) as {
    commands: { name: string; heading: string }[];
  };
  expect(commands.map(({ name }) => name)).toEqual(Object.keys(COMMANDS));
  const text = overview();
  for (const { name, heading } of commands) {
    const shown = text.matchAll(new RegExp(`^  ${name} `, "gm")).toArray();
    expect([name, shown.length]).toEqual([name, 1]);
    const above = text
      .slice(0, shown[0]?.index)
      .matchAll(/^(\w.*):$/gm)
      .toArray();
    expect([name, above.at(-1)?.[1]]).toEqual([name, heading]);
  }
});

test("help of a command as JSON says what help says", async () => {
  const { flags, examples } = JSON.parse(await documents.helpAbout("up"));
  expect(flags).toContainEqual({
    flag: "--detach",
    short: "d",
    value: null,
    description: "return when each was spawned once",
  });
  expect(examples.length).toBeGreaterThan(0);
});

test("a duration on the command line has a unit", () => {
  expect(durationOf("--timeout", "30s")).toBe(30_000);
  expect(problemOf(() => durationOf("--timeout", "10"))?.message).toBe(
    "Cannot understand --timeout 10: say 10s or 10ms",
  );
});

function durationOf(...line: string[]): number | null {
  return durationFlag({ args: readArguments(line, TIMEOUT_FLAG) } as CommandContext, "timeout");
}

function problemOf(act: () => unknown): Problem | null {
  try {
    act();
  } catch (error) {
    if (error instanceof ProcmanError) return error.problem;
    throw error;
  }
  return null;
}
