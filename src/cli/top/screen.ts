/** A full screen on which only those lines are drawn that have changed. */

import { writeSync } from "node:fs";
import { writeAll } from "../output.ts";
import { PASTES_OFF, PASTES_ON } from "./keys.ts";

const ESC = "\u001B";

/** The second buffer, no cursor, and no wrapping: a line that turns out wider than it was counted, as terminals differ
 *  about some characters, must not move those below. See ctlseqs of xterm. */
const ENTER = `${ESC}[?1049h${ESC}[?25l${ESC}[?7l${PASTES_ON}`;
const LEAVE = `${PASTES_OFF}${ESC}[0m${ESC}[?7h${ESC}[?25h${ESC}[?1049l`;

/** Terminals that know it show a frame when it is whole; others ignore it. */
const FRAME_BEGIN = `${ESC}[?2026h`;
const FRAME_END = `${ESC}[?2026l`;

export class Screen {
  #shown: readonly string[] = [];
  #isOpen = false;

  open(): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#shown = [];
    writeAll(1, `${ENTER}${ESC}[2J`);
  }

  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const changed = lines.flatMap((line, at) =>
      // Erased first: behind a line that fills its row the cursor is still on the last character.
      line === this.#shown[at] ? [] : [`${ESC}[${at + 1};1H${ESC}[K${line}${ESC}[0m`],
    );
    this.#shown = lines;
    if (changed.length > 0) writeAll(1, FRAME_BEGIN + changed.join("") + FRAME_END);
  }

  /** The next frame is drawn whole: of what stands there nothing is known. */
  forget(): void {
    this.#shown = [];
    if (this.#isOpen) writeAll(1, `${ESC}[2J`);
  }

  /** Also while the program ends for whatever reason: it throws nothing, and waits for nobody. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    try {
      writeSync(1, LEAVE);
    } catch {
      // The terminal has gone: there is nothing to be given back.
    }
  }
}
