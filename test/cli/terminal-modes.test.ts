/** What a program has switched on at a terminal, and what somebody who comes later is shown. */

import { describe, expect, test } from "bun:test";
import { replay, TerminalModes } from "../../src/cli/terminal-modes.ts";

const ESC = "\u001B";

describe("what was switched is switched back", () => {
  const rows: readonly (readonly [written: readonly string[], undo: string])[] = [
    [["plain text"], ""],
    [[`${ESC}[?1049h`], `${ESC}[?1049l`],
    [[`${ESC}[?1049h`, `${ESC}[?1049l`], ""],
    [[`${ESC}[?25l`], `${ESC}[?25h`],
    [[`${ESC}[?1000;1006h`], `${ESC}[?1000l${ESC}[?1006l`],
    [[`${ESC}[?10`, "49h"], `${ESC}[?1049l`],
    [[`${ESC}[22;2t${ESC}[22;1t`, `${ESC}[23;2t`], `${ESC}[23;0t`],
    [[`${ESC}[22;0`, `t${ESC}[23;0;0t${ESC}[23t`], ""],
    [[`x${ESC}[?2004h`, "y".repeat(100), `${ESC}[?2004l`], ""],
  ];
  for (const [written, undo] of rows) {
    test(JSON.stringify(written), () => {
      const modes = new TerminalModes();
      for (const text of written) modes.take(text);
      expect(modes.undo()).toBe(`${undo}${ESC}[0m`);
    });
  }
});

test("what is replayed begins at a line, with what was switched on before it", () => {
  const early = `${ESC}[?1049h${"a".repeat(50)}\n`;
  const late = `${"b".repeat(50)}\nend`;
  expect(replay(early + late, 1_000)).toBe(early + late);
  expect(replay(early + late, 60)).toBe(`${ESC}[?1049h${late}`);
  expect(replay(`${early}${ESC}[?1049l\n${late}`, 60)).toBe(late);
});

test("no question to the terminal is asked again", () => {
  const questions = [
    "[c",
    "[>c",
    "[6n",
    "[?6n",
    "[>0q",
    "[?2026$p",
    "]11;?\u0007",
    `]10;?${ESC}\\`,
  ];
  const asked = questions.map((question) => `x${ESC}${question}`).join("");
  expect(replay(`${asked}y`, 1_000)).toBe(`${"x".repeat(questions.length)}y`);
  const kept = `${ESC}[1;31mred${ESC}[0m${ESC}[2J${ESC}]0;a title\u0007`;
  expect(replay(kept, 1_000)).toBe(kept);
});
