/** A part of a log as a tool gives it: plain text, within its limits, with word of where it goes on. */

import { plain } from "../../logfile/plain-text.ts";
import { toolLimits } from "../../model/tool-limits.ts";
import type { LogLine } from "./port.ts";

export interface ExcerptStyle {
  readonly lines: number;
  readonly maxBytes: number;
  readonly timestamps: boolean;
  readonly names: boolean;
  /** The cursor that it begins at: the next lines are wanted. Null: the last ones. */
  readonly cursor: string | null;
}

export interface Excerpt {
  readonly text: string;
  readonly lines: number;
  readonly start: string | null;
  readonly end: string | null;
  readonly truncated: boolean;
  readonly cursor: string | null;
  readonly missedBytes: number;
}

interface Shown {
  readonly head: string;
  readonly text: string;
  readonly since: string;
  until: string;
  cursor: string;
  times: number;
}

/** Reads no further than it needs to. */
export async function excerptOf(
  lines: AsyncIterable<LogLine>,
  style: ExcerptStyle,
): Promise<Excerpt> {
  const window = new Window(style);
  for await (const line of lines) if (!window.take(line)) break;
  return window.excerpt();
}

class Window {
  readonly #style: ExcerptStyle;
  #shown: Shown[] = [];
  #lines = 0;
  #bytes = 0;
  #missedBytes = 0;
  #truncated = false;

  constructor(style: ExcerptStyle) {
    this.#style = style;
  }

  /** False: nothing more is wanted. */
  take(line: LogLine): boolean {
    if (line.line === null) {
      this.#missedBytes += line.missedBytes ?? 0;
      return true;
    }
    const isForward = this.#style.cursor !== null;
    const fresh = this.#rendered(line);
    if (isForward && this.#lines > 0 && this.#isFull(1, sizeOf(fresh))) {
      this.#truncated = true;
      return false;
    }
    this.#push(fresh);
    if (!isForward) this.#dropFirst();
    return true;
  }

  excerpt(): Excerpt {
    const [first] = this.#shown;
    const last = this.#shown.at(-1);
    return {
      text: this.#shown.map(textOf).join("\n"),
      lines: this.#lines,
      start: first?.since ?? null,
      end: last?.until ?? null,
      truncated: this.#truncated,
      cursor: last?.cursor ?? this.#style.cursor,
      missedBytes: this.#missedBytes,
    };
  }

  #rendered({ line, time, process, instance, cursor }: LogLine & { line: string }): Shown {
    const date = this.#style.timestamps ? `${time} ` : "";
    const name = this.#style.names ? `${process}.${instance} | ` : "";
    const most = Math.min(toolLimits.lineLength, Math.floor(this.#style.maxBytes / 4));
    const text = shortened(plain(line), most);
    return { head: date + name, text, since: time, until: time, cursor, times: 1 };
  }

  #push(fresh: Shown): void {
    const last = this.#shown.at(-1);
    this.#lines += 1;
    if (last === undefined || last.text !== fresh.text || !isSameName(last, fresh, this.#style)) {
      this.#shown.push(fresh);
      this.#bytes += sizeOf(fresh);
      return;
    }
    this.#bytes -= sizeOf(last);
    last.times += 1;
    last.until = fresh.until;
    last.cursor = fresh.cursor;
    this.#bytes += sizeOf(last);
  }

  #dropFirst(): void {
    while (this.#lines > 1 && this.#isFull(0, 0)) {
      const first = this.#shown[0]!;
      this.#truncated = true;
      this.#lines -= 1;
      this.#bytes -= sizeOf(first);
      if (first.times > 1) {
        first.times -= 1;
        this.#bytes += sizeOf(first);
      } else {
        this.#shown.shift();
      }
    }
  }

  #isFull(moreLines: number, moreBytes: number): boolean {
    const { lines, maxBytes } = this.#style;
    return this.#lines + moreLines > lines || this.#bytes + moreBytes > maxBytes;
  }
}

/** With times before them lines of other times are others. */
function isSameName(one: Shown, other: Shown, { timestamps }: ExcerptStyle): boolean {
  const from = timestamps ? TIME_LENGTH : 0;
  return one.head.slice(from) === other.head.slice(from);
}

/** `2026-01-31T10:00:00.000Z `. */
const TIME_LENGTH = 25;

function shortened(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most)} [+${text.length - most} characters]` : text;
}

function textOf({ head, text, times }: Shown): string {
  return `${head}${text}${times > 1 ? ` [x${times}]` : ""}`;
}

/** With its line end. */
function sizeOf(line: Shown): number {
  return Buffer.byteLength(textOf(line)) + 1;
}
