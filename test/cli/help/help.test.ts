/** Help, topics and the manual page: made from one source, and true. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "bun:test";
import { readArguments } from "../../../src/cli/arguments.ts";
import { COMMANDS, findCommand, splitCommandLine } from "../../../src/cli/commands.ts";
import { helpAbout, overview } from "../../../src/cli/help/help.ts";
import { manPage } from "../../../src/cli/help/man-page.ts";
import { TOPICS } from "../../../src/cli/help/topics.ts";

const DOCS = resolve(import.meta.dir, "../../../docs");
const MAN_PAGE = join(DOCS, "procman.1");
/** Wider lines are broken by most terminals. */
const COLUMNS = 120;

/** Throws when a line that is shown is none that procman takes. */
async function tryLine(shown: string): Promise<void> {
  const commands = shown.split(/ *(?:[|>]|&&) */).map((it) => it.replace(/^sudo /, ""));
  const ours = commands.filter((it) => it.startsWith("procman"));
  expect(ours).not.toEqual([]);
  for (const line of ours) {
    const words = (line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []).map((it) =>
      it.replaceAll(/['"]/g, ""),
    );
    const { name, args } = splitCommandLine(words.slice(1));
    if (name !== null) readArguments(args, (await findCommand(name)).flags);
  }
}

test("the manual page is in step with what it is made from ('bun docs/write-man-page.ts')", async () => {
  expect(readFileSync(MAN_PAGE, "utf8")).toBe(await manPage());
});

test.skipIf(Bun.which("groff") === null)(
  "the manual page is set without a warning",
  () => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(
      ["groff", "-man", "-Tutf8", "-ww", MAN_PAGE],
      { env: { ...process.env, GROFF_NO_SGR: "1" } },
    );
    expect([exitCode, stderr.toString()]).toEqual([0, ""]);
    expect(stdout.toString()).toContain("procman logs --level warn --since 1h");
  },
  30_000,
);

for (const [name, topic] of Object.entries(TOPICS)) {
  test(`the topic ${name} is short, has its page, and shows lines that procman takes`, async () => {
    const text = await helpAbout(name);
    const lines = text.split("\n").slice(0, -1);
    expect(lines.filter((line) => line.length > COLUMNS)).toEqual([]);
    expect(lines.length).toBeLessThan(40);
    expect(existsSync(join(DOCS, topic.page))).toBe(true);
    const shown = [
      ...text.matchAll(/^ {2}(procman .*?)(?: {2,}.*)?$/gm),
      ...text.matchAll(/'(procman .*?)'/g),
    ].flatMap(([, line]) => line ?? []);
    for (const line of shown) if (!line.includes("TOPIC")) await tryLine(line);
  });
}

test("no topic hides behind a command of the same name, and the overview has them all", () => {
  const text = overview();
  for (const name of Object.keys(TOPICS)) {
    expect(Object.hasOwn(COMMANDS, name)).toBe(false);
    expect(text).toContain(`\n  ${name} `);
  }
});

for (const name of Object.keys(COMMANDS)) {
  test(`the examples of ${name} are lines that procman takes`, async () => {
    const { examples } = await findCommand(name);
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const [line] of examples) await tryLine(line);
  });
}

test("help on what there is not says what there is", async () => {
  const trial = helpAbout("tragets").catch((error: unknown) => error);
  expect(String(await trial)).toContain("there is no such command");
});
