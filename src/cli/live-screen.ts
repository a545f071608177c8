/** A screen that is drawn over and over, in the terminal's second buffer, so that what was there comes back when it
 *  ends. */

import { writeAll } from "./output.ts";
import { terminalSize } from "./terminal.ts";
import { isTerminal } from "./is-terminal.ts";

/** The second buffer, without a cursor; and back. xterm's control sequences, which every terminal since has. */
const ENTER = "\u001B[?1049h\u001B[?25l";
const LEAVE = "\u001B[?25h\u001B[?1049l";
const HOME = "\u001B[H";
const CLEAR_LINE = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";

/** True where something can be drawn. */
export function canDraw(env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal(1) && env["TERM"] !== "dumb";
}

export class LiveScreen {
  #lines: (width: number) => readonly string[] = () => [];
  #isOpen = false;

  /** `lines`: what is to be seen, for so many columns; drawn again when the window changes. */
  draw(lines: (width: number) => readonly string[]): void {
    this.#lines = lines;
    if (!this.#isOpen) writeAll(1, ENTER);
    this.#isOpen = true;
    this.refresh();
  }

  /** The last that was drawn stays to be seen. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const { columns } = terminalSize();
    writeAll(
      1,
      LEAVE +
        this.#lines(columns)
          .map((line) => `${line}\n`)
          .join(""),
    );
  }

  /** For the time in which somebody else has the terminal. */
  suspend(): void {
    if (this.#isOpen) writeAll(1, LEAVE);
  }

  resume(): void {
    if (!this.#isOpen) return;
    writeAll(1, ENTER);
    this.refresh();
  }

  /** For a window of another size. */
  refresh(): void {
    if (!this.#isOpen) return;
    const { columns, rows } = terminalSize();
    const all = this.#lines(columns).map((line) => Bun.sliceAnsi(line, 0, columns));
    const hidden = all.length - rows;
    const shown = hidden > 0 ? [...all.slice(0, rows - 1), `… and ${hidden + 1} more`] : all;
    writeAll(1, HOME + shown.join(`${CLEAR_LINE}\r\n`) + CLEAR_LINE + CLEAR_BELOW);
  }
}
