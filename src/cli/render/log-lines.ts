/** Log lines for people: the child's own bytes, each line with a prefix and a time where they are wanted. */

import { isoOf } from "../../logfile/json-lines.ts";
import type { ViewBatch } from "../../logfile/log-view.ts";
import { streamKey } from "../../logfile/paths.ts";
import type { Piece } from "../../logfile/pieces.ts";
import type { Paint } from "../output.ts";
import { ByteRow } from "./byte-row.ts";
import type { Prefix } from "./log-prefix.ts";
import { screenSafe } from "./screen-safe.ts";

/** A way to show logs. */
export interface LogRendering {
  /** What to write for a batch; good until the next. */
  render(batch: ViewBatch): Uint8Array;
  /** What to write at the end. */
  finish(): string;
}

export interface LogLineStyle {
  readonly timestamps: boolean;
  /** Null leaves the prefix out. */
  readonly prefix: Prefix | null;
  readonly paint: Paint;
  /** `--` between groups of lines that do not follow one another. */
  readonly separators: boolean;
  /** Marks what was searched for, on a terminal; null leaves the bytes alone. */
  readonly highlight: RegExp | null;
  /** Keeps each from what is on the screen of all. */
  readonly onScreen: boolean;
}

const SEPARATOR = Buffer.from("--\n");
const NEWLINE = Buffer.from("\n");
const NOTHING = Buffer.alloc(0);

export class LogLines implements LogRendering {
  readonly #style: LogLineStyle;
  readonly #row = new ByteRow();
  /** The stream whose line is not at its end. */
  #open: string | null = null;
  #hasShown = false;

  constructor(style: LogLineStyle) {
    this.#style = style;
  }

  render({ pieces }: ViewBatch): Uint8Array {
    const [only, more] = pieces;
    // Nothing to add: not even copied.
    if (only !== undefined && more === undefined && this.#isRaw && this.#open === null) {
      this.#open = only.open ? streamKey(only) : null;
      return only.bytes;
    }
    for (const piece of pieces) this.#add(piece);
    return this.#row.take();
  }

  /** Bytes without anything added end as they do; a prompt after a prefixed line stands on a line of its own. */
  finish(): string {
    return this.#open === null || (this.#style.prefix === null && !this.#style.timestamps)
      ? ""
      : "\n";
  }

  get #isRaw(): boolean {
    const { prefix, timestamps, separators, highlight } = this.#style;
    return prefix === null && !timestamps && !separators && highlight === null;
  }

  #add(piece: Piece): void {
    const key = streamKey(piece);
    const goesOn = this.#open === key;
    if (this.#open !== null && !goesOn) this.#row.add(NEWLINE);
    if (this.#style.separators && this.#hasShown && !piece.joins) this.#row.add(SEPARATOR);
    this.#row.addLines(this.#shown(piece.bytes), this.#head(piece), goesOn);
    this.#open = piece.open ? key : null;
    this.#hasShown = true;
  }

  #shown(bytes: Buffer): Buffer {
    const { highlight, paint, prefix, onScreen } = this.#style;
    const safe = onScreen && prefix !== null ? screenSafe(bytes) : bytes;
    if (highlight === null) return safe;
    const mark = (found: string): string =>
      found === "" || found.includes("\n") ? found : paint("bold", paint("red", found));
    return Buffer.from(safe.toString().replace(highlight, mark));
  }

  #head({ owner, stream, timeMs }: Piece): Buffer {
    const { timestamps, prefix, paint } = this.#style;
    if (!timestamps && prefix === null) return NOTHING;
    const time = timestamps ? `${paint("gray", isoOf(timeMs))} ` : "";
    return Buffer.from(time + (prefix === null ? "" : prefix.of(owner, stream)));
  }
}
