/** The terminal while the view has it: keys come one by one, and whatever happens it is given back as it was. */

import { constants } from "node:os";
import { terminalSize } from "../terminal.ts";
import { KeyReader, type Key } from "./keys.ts";
import { Screen } from "./screen.ts";
import type { Size } from "./state.ts";

export interface TerminalEvents {
  readonly key: (key: Key) => void;
  /** Also after somebody else has had the terminal. */
  readonly resized: (size: Size) => void;
  /** A signal, or the end of the terminal, with the exit status for it. */
  readonly ended: (code: number) => void;
}

const ENDS = ["SIGTERM", "SIGHUP", "SIGINT", "SIGQUIT"] as const;
/** How long an Escape waits for what may follow it. */
const ESCAPE_MS = 50;
/** A program that nobody can wake again, for want of a shell with job control, is not suspended by the kernel. */
const STILL_HERE_MS = 100;

export class Terminal {
  readonly #events: TerminalEvents;
  readonly #screen = new Screen();
  readonly #keys = new KeyReader();
  #isOpen = false;
  /** Nobody has it but the shell, until this program goes on. */
  #isSuspended = false;
  #isReleased = false;
  #release: ReturnType<typeof setTimeout> | null = null;
  /** Where lines went that did not fit any more is the terminal's own affair. */
  readonly #resized = (): void => {
    this.#screen.forget();
    this.#events.resized(terminalSize());
  };
  readonly #ends = ENDS.map((name) => [name, () => this.#end(name)] as const);
  readonly #continued = (): void => this.#again();
  readonly #close = (): void => this.close();

  constructor(events: TerminalEvents) {
    this.#events = events;
    for (const [name, end] of this.#ends) process.on(name, end);
    process.on("SIGCONT", this.#continued).on("SIGTSTP", this.#stopped).on("exit", this.#close);
    process.stdout.on("resize", this.#resized);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  open(): void {
    if (this.#isOpen || this.#isReleased) return;
    this.#isOpen = true;
    const { stdin } = process;
    stdin.setRawMode(true);
    stdin.on("data", this.#typed).on("end", this.#gone).resume();
    this.#screen.open();
  }

  draw(lines: readonly string[]): void {
    if (this.#isOpen) this.#screen.draw(lines);
  }

  forget(): void {
    this.#screen.forget();
  }

  /** Until it is opened again: for somebody else, or for good. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#screen.close();
    const { stdin } = process;
    stdin.off("data", this.#typed).off("end", this.#gone).pause();
    try {
      stdin.setRawMode(false);
    } catch {
      // EIO: the terminal has gone.
    }
  }

  /** Closes it, and hears of no signal any more. */
  release(): void {
    this.#isReleased = true;
    this.close();
    if (this.#release !== null) clearTimeout(this.#release);
    for (const [name, end] of this.#ends) process.off(name, end);
    process.off("SIGCONT", this.#continued).off("SIGTSTP", this.#stopped).off("exit", this.#close);
    process.stdout.off("resize", this.#resized);
  }

  /** Gives the terminal to the shell, as Ctrl-Z does; `fg` takes it again. */
  suspend(): void {
    if (!this.#isOpen) return;
    this.#isSuspended = true;
    this.close();
    // To the whole group, as the terminal itself would: who has started this waits for it and is to stop, too.
    process.off("SIGTSTP", this.#stopped);
    process.kill(0, "SIGTSTP");
    setTimeout(() => {
      if (this.#isSuspended) this.#again();
    }, STILL_HERE_MS);
  }

  readonly #stopped = (): void => this.suspend();

  /** It goes on: what the terminal shows, and how it takes keys, is as somebody else has left it. */
  #again(): void {
    if (this.#isSuspended) process.on("SIGTSTP", this.#stopped);
    else if (!this.#isOpen) return;
    this.#isSuspended = false;
    this.close();
    this.open();
    this.#resized();
  }

  readonly #typed = (bytes: Uint8Array): void => {
    if (this.#release !== null) clearTimeout(this.#release);
    for (const key of this.#keys.take(bytes)) this.#events.key(key);
    if (!this.#keys.isWaiting) return;
    this.#release = setTimeout(() => {
      for (const key of this.#keys.release()) this.#events.key(key);
    }, ESCAPE_MS);
  };

  readonly #gone = (): void => this.#events.ended(128 + constants.signals.SIGHUP);

  #end(name: (typeof ENDS)[number]): void {
    this.#events.ended(128 + constants.signals[name]);
  }
}
