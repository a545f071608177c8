/** A line of whatever a program has written as it may stand among others on a screen: its colours, and nothing that
 *  moves the cursor, clears, beeps, or is wider or narrower than it looks. */

import { lastWritten } from "../../logfile/plain-text.ts";
import { safeText } from "../render/screen-safe.ts";

const ESC = "\u001B";
const TAB_COLUMNS = 8;

export function screenLine(text: string): string {
  const shown = text.includes("\r") ? lastWritten(text) : text;
  const colored = shown.includes(ESC) ? onlyColors(shown) : shown;
  return withoutTabs(colored.replace(CONTROLS, "")).trimEnd();
}

/** Of text that people write into messages, too: it stays one line. */
export function screenText(text: string): string {
  return Bun.stripANSI(text).replaceAll("\n", " ").replace(CONTROLS, "").replaceAll("\t", " ");
}

/** As wide as there is room, with a mark where something is cut off, and never colouring what comes after it. */
export function cutTo(text: string, columns: number): string {
  if (Bun.stringWidth(text) <= columns) return closed(text);
  const room = Math.max(0, columns - 1);
  const cut = Bun.sliceAnsi(text, 0, room);
  // A character of two columns that begins in the last one is in it.
  const fitting = Bun.stringWidth(cut) > room ? Bun.sliceAnsi(text, 0, room - 1) : cut;
  return columns > 0 ? `${closed(fitting)}…` : "";
}

/** In as many rows as it takes. */
export function wrapTo(text: string, columns: number): string[] {
  if (Bun.stringWidth(text) <= columns) return [closed(text)];
  return Bun.wrapAnsi(text, columns, { hard: true, wordWrap: false, trim: false })
    .split("\n")
    .map(closed);
}

function closed(text: string): string {
  return text.includes(ESC) ? `${text}${ESC}[0m` : text;
}

function onlyColors(text: string): string {
  return safeText(text).replace(LINKS, "").replace(NO_COLORS, "");
}

// oxlint-disable-next-line no-control-regex
const LINKS = /\u001B\]8;[^\u0007\u001B]*(?:\u0007|\u001B\\)/g;
// oxlint-disable-next-line no-control-regex
const NO_COLORS = /\u001B(?!\[[\d;:]*m)/g;
/** C1 too: terminals take U+009B for the begin of a sequence. Lines are separated by procman alone. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000A-\u001A\u001C-\u001F\u007F-\u009F\u2028\u2029]/g;

function withoutTabs(text: string): string {
  if (!text.includes("\t")) return text;
  const [first = "", ...rest] = text.split("\t");
  let line = first;
  for (const part of rest) {
    const column = Bun.stringWidth(line) % TAB_COLUMNS;
    line += " ".repeat(TAB_COLUMNS - column) + part;
  }
  return line;
}
