/** The terminal that stdout goes to. */

import { isTerminal } from "./is-terminal.ts";

/** Its columns; null when stdout is no terminal. */
export function terminalWidth(): number | null {
  if (!isTerminal(1)) return null;
  const columns = process.stdout.columns;
  return columns > 0 ? columns : null;
}

/** What a terminal has that does not say. */
const USUAL = { columns: 80, rows: 24 };

/** Of the terminal that stdout goes to, as it is now. */
export function terminalSize(): { readonly columns: number; readonly rows: number } {
  const [columns, rows] = process.stdout.getWindowSize();
  return columns > 0 && rows > 0 ? { columns, rows } : USUAL;
}
