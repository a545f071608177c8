/** The rules of the house hold for every file, and each rule sees what breaks it. */

import { expect, test } from "bun:test";
import { RULES } from "./rules.ts";
import { ROOT, sourceFiles } from "./source.ts";

/** The rules and their tests show what they forbid. */
const SHOWS_FAULTS = /^test\/tidy\/rules(?:\.test)?\.ts$/;

const files = sourceFiles("src", "test", "bench", "build", "examples").filter(
  ({ path }) => !SHOWS_FAULTS.test(path) && !path.includes("node_modules/"),
);

for (const { promise, faults } of RULES) {
  test(promise, () => {
    const found = files.flatMap((file) => faults(file).map((fault) => `${file.path}: ${fault}`));
    expect(found).toEqual([]);
  });
}

const GOOD = "/** What it is for. */\n";

/** What breaks a rule: the part of its promise that must not hold, and the file. */
const rows: readonly (readonly [promise: string, path: string, text: string])[] = [
  ["longer than 300 lines", "src/core/a.ts", GOOD + "x;\n".repeat(300)],
  ["says what it is for", "src/core/a.ts", "export const a = 1; /** Late. */"],
  ["a word that says nothing", "src/core/utils/a.ts", GOOD],
  ["a word that says nothing", "src/core/log-helper.ts", GOOD],
  ["a word that says nothing", "src/core/camelCase.ts", GOOD],
  ["has a barrel", "src/core/index.ts", GOOD],
  ["with its ending", "src/core/a.ts", `${GOOD}import { b } from "./b";`],
  ["libc modules", "src/store/a.ts", `${GOOD}import { dlopen } from "bun:ffi";`],
  ["what time it is", "src/core/a.ts", `${GOOD}const now = new Date();`],
  ["says why", "src/core/a.ts", `${GOOD}try { a(); } catch {}`],
  ["says why", "src/core/a.ts", `${GOOD}try { a(); } catch (error) {\n}`],
  ["says why", "src/core/a.ts", `${GOOD}await a().catch(() => {});`],
  ["one machine", "src/core/a.ts", `${GOOD}const home = "${ROOT}/src";`],
  ["left to be done", "src/core/a.ts", `${GOOD}// TODO: everything`],
];

for (const [promise, path, text] of rows) {
  test(`${path} with ${JSON.stringify(text.slice(GOOD.length, 60))} breaks '${promise}' alone`, () => {
    const broken = RULES.filter(({ faults }) => faults({ path, text }).length > 0);
    expect(broken.map((rule) => rule.promise)).toEqual([expect.stringContaining(promise)]);
  });
}
