/** What is told beside what is shown: to whoever does not see the page, and of what went wrong. */

import { button, element } from "./dom.ts";
import { Problem } from "./api.ts";

/** Changes come in bursts: what is said must not be cut off by what comes next. */
const SAY_EVERY_MS = 1_500;
const NOTICES_MOST = 3;

export class Notices {
  readonly #voice: HTMLElement;
  readonly #board: HTMLElement;
  #saidAtMs = 0;

  constructor(voice: HTMLElement, board: HTMLElement) {
    this.#voice = voice;
    this.#board = board;
  }

  /** False: too soon after what was said last. */
  say(text: string): boolean {
    const now = Date.now();
    if (now - this.#saidAtMs < SAY_EVERY_MS) return false;
    this.#saidAtMs = now;
    this.#voice.textContent = text;
    return true;
  }

  show(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const hint = error instanceof Problem ? error.hint : null;
    const notice = element(
      "div",
      { class: "notice" },
      element("p", {}, hint === null ? `${message}.` : `${message}. ${hint}`),
      button("Dismiss", () => notice.remove()),
    );
    this.#board.append(notice);
    while (this.#board.childElementCount > NOTICES_MOST) this.#board.firstElementChild?.remove();
  }
}
