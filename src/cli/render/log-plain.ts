/** Log lines for agents and scripts: no escapes, no overwritten progress, repeats counted, and no more of it than was
 *  asked for, with word of what was left out. */

import type { ViewBatch } from "../../logfile/log-view.ts";
import type { Prefix } from "./log-prefix.ts";
import { isoOf } from "../../logfile/json-lines.ts";
import { PlainText, type PlainLine } from "../../logfile/plain-text.ts";
import type { LogRendering } from "./log-lines.ts";

export interface PlainStyle {
  readonly timestamps: boolean;
  readonly prefix: Pick<Prefix, "of"> | null;
  readonly maxBytes: number;
}

/** The least that `--max-bytes` may be: room for a line and for what is said of the others. */
export const PLAIN_MIN_BYTES = 1_024;
/** Kept free for what is said of what was left out, and for the marks of one line. */
const NOTE_BYTES = 256;

interface Line {
  readonly key: string;
  readonly head: string;
  readonly text: string;
  times: number;
}

/** Keeps the last lines that fit, and writes them at the end. */
export class LogPlain implements LogRendering {
  readonly #style: PlainStyle;
  readonly #text: PlainText;
  readonly #roomBytes: number;
  #lines: Line[] = [];
  #first = 0;
  #bytes = 0;
  #leftOut = { lines: 0, bytes: 0 };

  constructor(style: PlainStyle) {
    this.#style = style;
    this.#roomBytes = style.maxBytes - NOTE_BYTES;
    this.#text = new PlainText(Math.floor(this.#roomBytes / 2));
  }

  render({ pieces }: ViewBatch): Uint8Array {
    for (const piece of pieces) for (const line of this.#text.take(piece)) this.#push(line);
    return Buffer.alloc(0);
  }

  finish(): string {
    for (const line of this.#text.rest()) this.#push(line);
    const { lines, bytes } = this.#leftOut;
    const wider = "--since and --grep narrow it down, --max-bytes N shows more";
    const note =
      lines === 0 ? "" : `[left out: ${lines} earlier lines, ${bytes} bytes; ${wider}]\n`;
    const shown = this.#lines.slice(this.#first).map((line) => `${textOf(line)}\n`);
    return note + shown.join("");
  }

  #push({ key, piece, text }: PlainLine): void {
    const last = this.#lines.at(-1);
    if (last?.key === key && last.text === text) {
      this.#bytes -= sizeOf(last);
      last.times += 1;
      this.#bytes += sizeOf(last);
    } else {
      const line = { key, head: headOf(this.#style, piece), text, times: 1 };
      this.#lines.push(line);
      this.#bytes += sizeOf(line);
    }
    this.#drop();
  }

  #drop(): void {
    while (this.#bytes > this.#roomBytes) {
      const line = this.#lines[this.#first]!;
      this.#bytes -= sizeOf(line);
      this.#leftOut.lines += line.times;
      this.#leftOut.bytes += sizeOf(line);
      this.#first += 1;
    }
    if (this.#first < 1_024 || this.#first < this.#lines.length / 2) return;
    this.#lines = this.#lines.slice(this.#first);
    this.#first = 0;
  }
}

/** The same while following: lines at once, counts of repeats after them, and an end when the limit is reached. */
export class LogPlainFollow implements LogRendering {
  readonly #style: PlainStyle;
  readonly #text: PlainText;
  readonly #onFull: () => void;
  #last: Line | null = null;
  #leftBytes: number;

  constructor(style: PlainStyle, onFull: () => void) {
    this.#style = style;
    this.#leftBytes = style.maxBytes - NOTE_BYTES;
    this.#text = new PlainText(Math.floor(this.#leftBytes / 2));
    this.#onFull = onFull;
  }

  render({ pieces }: ViewBatch): Uint8Array {
    const shown: string[] = [];
    for (const piece of pieces) for (const line of this.#text.take(piece)) this.#push(line, shown);
    return Buffer.from(shown.join(""));
  }

  finish(): string {
    return this.#repeats();
  }

  #push({ key, piece, text }: PlainLine, shown: string[]): void {
    if (this.#leftBytes <= 0) return;
    if (this.#last?.key === key && this.#last.text === text) {
      this.#last.times += 1;
      return;
    }
    const line = { key, head: headOf(this.#style, piece), text, times: 1 };
    const added = `${this.#repeats()}${textOf(line)}\n`;
    this.#last = line;
    this.#leftBytes -= Buffer.byteLength(added);
    if (this.#leftBytes > 0) {
      shown.push(added);
      return;
    }
    shown.push(`[--max-bytes ${this.#style.maxBytes} is reached: what follows is left out]\n`);
    this.#last = null;
    this.#onFull();
  }

  #repeats(): string {
    const { head, times } = this.#last ?? { head: "", times: 1 };
    return times > 1 ? `${head}[x${times}]\n` : "";
  }
}

function headOf(
  { timestamps, prefix }: PlainStyle,
  { owner, stream, timeMs }: PlainLine["piece"],
): string {
  return `${timestamps ? `${isoOf(timeMs)} ` : ""}${prefix?.of(owner, stream) ?? ""}`;
}

function textOf({ head, text, times }: Line): string {
  return `${head}${text}${times > 1 ? ` [x${times}]` : ""}`;
}

/** With its line end. */
function sizeOf(line: Line): number {
  return Buffer.byteLength(textOf(line)) + 1;
}
