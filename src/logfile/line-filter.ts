/** Chooses lines of one stream by what is in them and by their level, with the lines around them. */

import type { LogParse } from "../model/spec.ts";
import { isAtLeast, type LogLevel } from "./levels.ts";
import { parseLine } from "./line-parser.ts";
import {
  add,
  complement,
  lineEnd,
  lineText,
  type LineSearch,
  type Stretches,
} from "./line-search.ts";
import { countLines, cut, withoutLines, type Piece, type Source } from "./pieces.ts";
import type { Block } from "./stream-reader.ts";

export interface FilterRules {
  readonly search: LineSearch | null;
  /** Lines that do not match instead. */
  readonly invert: boolean;
  /** This level and above; null: every line. */
  readonly least: LogLevel | null;
  /** Lines shown before and after each that is chosen. */
  readonly before: number;
  readonly after: number;
}

/** Every line goes through it once, in order. */
export class LineFilter {
  readonly #rules: FilterRules;
  readonly #parse: LogParse;
  readonly #source: Source;
  /** Of the last line that had one: lines that are indented go with it. */
  #level: LogLevel | null = null;
  /** Lines that may still be wanted before the next that is chosen; copies. */
  #held: Piece[] = [];
  /** Lines still to be shown after the last that was chosen. */
  #afterLeft = 0;
  /** The place after what was shown last. */
  #shownTo = -1;

  constructor(source: Source, rules: FilterRules, parse: LogParse) {
    this.#source = source;
    this.#rules = rules;
    this.#parse = parse;
  }

  take(block: Block): Piece[] {
    const chosen = this.#chosen(block.bytes);
    const shown: Piece[] = [];
    if (!this.#hasContext) {
      for (let at = 0; at < chosen.length; at += 2)
        this.#show(block, chosen[at]!, chosen[at + 1]!, shown);
      return shown;
    }
    let to = 0; // What is before it is shown or past.
    for (let at = 0; at < chosen.length; at += 2) {
      to = this.#showAfter(block, to, chosen[at]!, shown);
      const from = this.#showBefore(block, to, chosen[at]!, shown);
      to = chosen[at + 1]!;
      this.#show(block, from, to, shown);
      this.#afterLeft = this.#rules.after;
    }
    this.#hold(block, this.#showAfter(block, to, block.bytes.length, shown));
    return shown;
  }

  get #hasContext(): boolean {
    return this.#rules.before > 0 || this.#rules.after > 0;
  }

  #chosen(bytes: Buffer): Stretches {
    const { search, invert, least } = this.#rules;
    if (least === null) {
      const found = search?.find(bytes) ?? [];
      return invert ? complement(found, bytes.length) : found;
    }
    const chosen: Stretches = [];
    for (let from = 0; from < bytes.length;) {
      const to = lineEnd(bytes, from);
      const line = lineText(bytes, from, to);
      const isMatch = search === null || search.matches(line) !== invert;
      if (this.#hasLevel(line, least) && isMatch) add(chosen, from, to);
      from = to;
    }
    return chosen;
  }

  /** A stack trace has the level of the line that it explains. */
  #hasLevel(line: string, least: LogLevel): boolean {
    const { level } = parseLine(line, this.#parse);
    if (level !== null || !/^\s/.test(line)) this.#level = level;
    return this.#level !== null && isAtLeast(this.#level, least);
  }

  /** Shows the lines after the last chosen one, as far as `limit`; where they end. */
  #showAfter(block: Block, from: number, limit: number, shown: Piece[]): number {
    let to = from;
    for (; this.#afterLeft > 0 && to < limit; this.#afterLeft -= 1) to = lineEnd(block.bytes, to);
    this.#show(block, from, to, shown);
    return to;
  }

  /** Where the lines before a chosen one begin, no earlier than `limit`; shows those of earlier blocks. */
  #showBefore(block: Block, limit: number, chosen: number, shown: Piece[]): number {
    let [from, wanted] = [chosen, this.#rules.before];
    for (; wanted > 0 && from > limit; wanted -= 1) {
      from = from < 2 ? 0 : block.bytes.lastIndexOf(NEWLINE, from - 2) + 1;
    }
    if (from > 0 || wanted === 0) return from;
    for (const piece of lastOf(this.#held, wanted)) this.#pass(piece, shown);
    this.#held = [];
    return from;
  }

  #hold({ bytes, ...block }: Block, from: number): void {
    const { before } = this.#rules;
    let start = bytes.length;
    for (let lines = 0; lines < before && start > from; lines += 1) {
      start = start < 2 ? 0 : bytes.lastIndexOf(NEWLINE, start - 2) + 1;
    }
    const fresh = cut(this.#source, { ...block, bytes }, start, bytes.length);
    const copies = fresh.map((piece) => ({ ...piece, bytes: Buffer.from(piece.bytes) }));
    this.#held = lastOf([...(from === 0 ? this.#held : []), ...copies], before);
  }

  #show(block: Block, from: number, to: number, shown: Piece[]): void {
    if (to <= from) return;
    for (const piece of cut(this.#source, block, from, to)) this.#pass(piece, shown);
  }

  #pass(piece: Piece, shown: Piece[]): void {
    shown.push({ ...piece, joins: this.#hasContext && piece.place === this.#shownTo });
    this.#shownTo = piece.place + piece.bytes.length;
  }
}

const NEWLINE = 10;

/** The pieces with the last `count` lines. */
function lastOf(pieces: readonly Piece[], count: number): Piece[] {
  const kept: Piece[] = [];
  let left = count;
  for (const piece of pieces.toReversed()) {
    if (left <= 0) break;
    const lines = countLines(piece);
    kept.unshift(lines > left ? withoutLines(piece, lines - left) : piece);
    left -= lines;
  }
  return kept;
}
