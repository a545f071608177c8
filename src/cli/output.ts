/** Writing: data to stdout, messages to stderr. Descriptors directly, because the mere mention of `process.stdout`
 *  costs 14 ms of start-up. */

import { writeSync } from "node:fs";
import { isTerminal } from "./is-terminal.ts";

/** Writes all of it. A reader or terminal that has gone ends the program, in silence: that is how `| head` ends one.
 *  A message that nobody can be given is dropped: what it accompanies has to go on, stopping processes above all. */
export function writeAll(fd: 1 | 2, text: string | Uint8Array): void {
  let rest = typeof text === "string" ? Buffer.from(text) : text;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      if (code === "EAGAIN") {
        Bun.sleepSync(1);
        continue;
      }
      if (fd === 2) return;
      if (code === "EPIPE" || code === "EIO") process.exit(0);
      throw error;
    }
  }
}

/** True when people look at it: a terminal, that knows colours, and nobody said no. */
export function wantsColor(
  fd: 1 | 2,
  env: Readonly<Record<string, string | undefined>>,
  flag: string | null,
): boolean {
  if (flag === "false") return false;
  const refused = (env["NO_COLOR"] ?? "") !== "" || env["TERM"] === "dumb";
  return !refused && isTerminal(fd);
}

export type Color =
  "red" | "green" | "yellow" | "blue" | "magenta" | "cyan" | "gray" | "bold" | "reverse";

const CODES: Record<Color, readonly [number, number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  gray: [90, 39],
  bold: [1, 22],
  reverse: [7, 27],
};

export type Paint = (color: Color, text: string) => string;

export function painter(enabled: boolean): Paint {
  return (color, text) => {
    if (!enabled) return text;
    const [on, off] = CODES[color];
    return `\u001B[${on}m${text}\u001B[${off}m`;
  };
}
