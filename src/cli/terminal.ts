/** The terminal that stdout or stderr goes to. */

import { isTerminal } from "./is-terminal.ts";

/** Its columns; null when it is no terminal. */
export function terminalWidth(fd: 1 | 2 = 1): number | null {
  if (!isTerminal(fd)) return null;
  const { columns } = fd === 1 ? process.stdout : process.stderr;
  return columns > 0 ? columns : null;
}

/** What a terminal has that does not say. */
const USUAL = { columns: 80, rows: 24 };

/** Of the terminal that stdout goes to, as it is now. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  const [columns, rows] = process.stdout.getWindowSize();
  return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
}
