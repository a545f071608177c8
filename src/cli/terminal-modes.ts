/** What a program has switched on at a terminal, read from what it writes there: so that somebody who comes later gets
 *  the same, and somebody who goes gets his own terminal back. */

const ESC = "\u001B";
const STRING_END = `(?:\u0007|${ESC}\\\\)`;

/** Private modes: `ESC [ ? 1049 ; 25 h` switches on, `l` off. */
const SWITCH = new RegExp(`${ESC}\\[\\?([\\d;]+)([hl])`, "g");

/** The screen that full-screen programs draw on, apart from the lines that were there before. */
const OTHER_SCREEN: readonly number[] = [47, 1047, 1049];

/** `ESC [ 22 ; 0 t` puts the title of the window on a stack, `23` takes it back. */
const TITLE = new RegExp(`${ESC}\\[(22|23)(?:;[012]){0,2}t`, "g");

/** On unless switched off: lines wrap, the cursor is shown. */
const ON_BY_DEFAULT: ReadonlySet<number> = new Set([7, 25]);

/** A sequence may come in two parts. */
const LONGEST_SEQUENCE = 64;

/** Questions that a terminal answers as if the answer had been typed. Asked again when they are shown again, they would
 *  be answered to a program that does not expect it. See ctlseqs of xterm. */
const QUESTIONS = new RegExp(
  [
    "\\[[>=?]?\\d*c", // What it is (DA).
    "\\[\\??[56]n", // Whether it is well, where its cursor is (DSR).
    "\\[>\\d*q", // Its version (XTVERSION).
    "\\[\\??[\\d;]*\\$p", // Whether a mode is on (DECRQM).
    "\\[\\?u", // How it tells of keys (kitty).
    "\\[1[1-9]t", // Its size.
    `\\](?:4;\\d+|1\\d|52;\\w*);\\?${STRING_END}`, // Its colours and its clipboard (OSC).
    `P[+$]q[^${ESC}]*${ESC}\\\\`, // What it can do (XTGETTCAP, DECRQSS).
  ]
    .map((question) => ESC + question)
    .join("|"),
  "g",
);

export class TerminalModes {
  /** Those that are not as a terminal has them at first. */
  readonly #changed = new Set<number>();
  /** Titles that were put away and not taken back. */
  #titles = 0;
  #tail = "";

  /** Bytes as latin1, in order. */
  take(text: string): void {
    const whole = this.#tail + text;
    for (const [, numbers = "", letter] of whole.matchAll(SWITCH)) {
      for (const number of numbers.split(";").map(Number)) {
        if ((letter === "h") === ON_BY_DEFAULT.has(number)) this.#changed.delete(number);
        else this.#changed.add(number);
      }
    }
    for (const [, does] of whole.matchAll(TITLE)) {
      this.#titles = Math.max(0, this.#titles + (does === "22" ? 1 : -1));
    }
    this.#tail = whole.slice(-LONGEST_SEQUENCE).replace(SWITCH, "").replace(TITLE, "");
  }

  get isFullScreen(): boolean {
    return OTHER_SCREEN.some((number) => this.#changed.has(number));
  }

  /** Switches another terminal the same way. */
  again(): string {
    const modes = [...this.#changed].map((it) => switched(it, !ON_BY_DEFAULT.has(it)));
    return modes.join("") + `${ESC}[22;0t`.repeat(this.#titles);
  }

  /** Switches everything back; the title and colours too. */
  undo(): string {
    const back = [...this.#changed].map((it) => switched(it, ON_BY_DEFAULT.has(it)));
    return `${back.join("")}${`${ESC}[23;0t`.repeat(this.#titles)}${ESC}[0m`;
  }
}

/** What was shown, for somebody who comes later: its last part, on a terminal that is switched as it was there. */
export function replay(text: string, sizeBytes: number): string {
  const cut = text.length > sizeBytes ? lineStart(text, text.length - sizeBytes) : 0;
  const modes = new TerminalModes();
  modes.take(text.slice(0, cut));
  return modes.again() + text.slice(cut).replaceAll(QUESTIONS, "");
}

function lineStart(text: string, from: number): number {
  const at = text.indexOf("\n", from);
  return at < 0 ? from : at + 1;
}

function switched(mode: number, on: boolean): string {
  return `${ESC}[?${mode}${on ? "h" : "l"}`;
}
