/** Flags of other tools are answered with what there is here. */

import { expect, test } from "bun:test";
import { readArguments } from "../../src/cli/arguments.ts";
import { findCommand, splitCommandLine } from "../../src/cli/commands.ts";
import { FLAG_HABITS } from "../../src/cli/flag-habits.ts";
import { ProcmanError } from "../../src/model/errors.ts";

test.each(Object.entries(FLAG_HABITS))("--%s is answered with: %s", async (flag, hint) => {
  expect(hintOn(`--${flag}`)).toBe(hint);
  // What it proposes can be typed.
  for (const [, line = ""] of hint.matchAll(/'procman ([^']+)'/g)) {
    const { name, args } = splitCommandLine(line.split(" "));
    readArguments(args, (await findCommand(name ?? "")).flags);
  }
});

test("a flag of the command itself is nearer than the habit of it", () => {
  const own = { watch: { type: "boolean" } } as const;
  expect(readArguments(["--watch"], own).isSet("watch")).toBe(true);
});

function hintOn(arg: string): string | null {
  try {
    readArguments([arg], {});
    return null;
  } catch (error) {
    return error instanceof ProcmanError ? error.problem.hint : null;
  }
}
