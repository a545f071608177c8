/** The terminal that stdout goes to. */

import { isatty } from "node:tty";

/** Its columns; null when stdout is no terminal. */
export function terminalWidth(): number | null {
  if (!isatty(1)) return null;
  const columns = process.stdout.columns;
  return columns > 0 ? columns : null;
}
