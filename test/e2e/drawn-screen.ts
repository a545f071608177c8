/** What stands on a screen that only changed lines are drawn on, by all that was written to its terminal. */

const ESC = "\u001B";
export const ENTER = `${ESC}[?1049h`;
export const LEAVE = `${ESC}[?1049l`;
const CLEAR = `${ESC}[2J`;

/** A line: where it begins, erased, then up to the next or the end of the frame. See `src/cli/top/screen.ts`. */
const BEGIN = `${ESC}\\[(\\d+);1H${ESC}\\[K`;
const LINE = new RegExp(`${BEGIN}(.*?)(?=${ESC}\\[\\d+;1H|${ESC}\\[\\?2026l|$)`, "gs");

/** Without colours and blanks at the ends; empty when the screen was left. */
export function drawnScreen(written: string): string[] {
  const entered = written.lastIndexOf(ENTER);
  if (entered < written.lastIndexOf(LEAVE)) return [];
  const since = written.slice(Math.max(entered, written.lastIndexOf(CLEAR)));
  const lines: string[] = [];
  for (const [, row = "", text = ""] of since.matchAll(LINE)) {
    lines[Number(row) - 1] = Bun.stripANSI(text).trimEnd();
  }
  return Array.from(lines, (line) => line ?? "");
}
