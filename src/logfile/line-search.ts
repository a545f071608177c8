/** Finds the lines that match a regular expression. Whole blocks are searched at once: taking lines apart costs more
 *  than looking through them, and most lines do not match. */

import { isAscii } from "node:buffer";
import { fail } from "../model/errors.ts";
import { findMatch, matchLine } from "./line-match.ts";

/** Edges of stretches of whole lines in a block: from, to, from, to, … */
export type Stretches = number[];

export interface LineSearch {
  readonly matches: (line: string) => boolean;
  /** The lines of a block that match. */
  readonly find: (block: Buffer) => Stretches;
  /** Every match in a text of many lines. */
  readonly anywhere: RegExp;
}

const NEWLINE = 10;

/** Throws a SyntaxError for what is no regular expression. What it makes throws INVALID_PARAMETER on a line that JavaScript
 *  gives up: to leave it out would be to say that it does not match. */
export function lineSearch(
  pattern: string,
  { ignoreCase }: { readonly ignoreCase: boolean },
): LineSearch {
  const line = new RegExp(pattern, ignoreCase ? "i" : "");
  // A line end of Windows is no part of what is matched, so that `$` is where people see it.
  const matches = (text: string): boolean => {
    const found = matchLine(line, text.endsWith("\r") ? text.slice(0, -1) : text);
    return found ?? tooHard(pattern, text.length);
  };
  const anywhere = new RegExp(pattern, ignoreCase ? "gim" : "gm");
  return { matches, anywhere, find: finder(pattern, anywhere, matches) };
}

function finder(
  pattern: string,
  anywhere: RegExp,
  matches: (line: string) => boolean,
): (block: Buffer) => Stretches {
  if (!anywhere.ignoreCase && isLiteral(pattern)) {
    const bytes = Buffer.from(pattern);
    return (block) => findLiteral(block, bytes);
  }
  if (LOOKS_AROUND.test(pattern)) return (block) => findByLine(block, matches);
  return (block) => {
    // In ASCII the characters of a text are the bytes of the block.
    if (isAscii(block)) {
      return findInText(block.toString("latin1"), anywhere, matches) ?? findByLine(block, matches);
    }
    return findMatch(anywhere, block.toString(), 0) === -1 ? [] : findByLine(block, matches);
  };
}

/** What is found in a block at the place of a line is found in the line, but for assertions on what is around it. */
const LOOKS_AROUND = /\(\?(?!:|<[A-Za-z_$])/;

/** It means nothing but itself, and is found without effort. */
export function isLiteral(pattern: string): boolean {
  return pattern !== "" && !/[\\^$.*+?()[\]{}|\r\n]/.test(pattern);
}

function findLiteral(block: Buffer, literal: Buffer): Stretches {
  const found: Stretches = [];
  for (let at = block.indexOf(literal); at >= 0;) {
    const end = lineEnd(block, at);
    add(found, block.lastIndexOf(NEWLINE, at) + 1, end);
    at = block.indexOf(literal, end);
    if (end === block.length) break;
  }
  return found;
}

/** Null: it takes too long to look through the whole of it at once. */
function findInText(
  text: string,
  anywhere: RegExp,
  matches: (line: string) => boolean,
): Stretches | null {
  const found: Stretches = [];
  for (let from = 0; from < text.length;) {
    const at = findMatch(anywhere, text, from);
    if (at === null) return null;
    if (at < 0 || at >= text.length) break;
    const start = at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
    const end = text.indexOf("\n", at);
    const line = text.slice(start, end < 0 ? text.length : end);
    from = end < 0 ? text.length : end + 1;
    // A match over the end of a line is none, and neither is `^` after a carriage return.
    if (matches(line)) add(found, start, from);
  }
  return found;
}

function tooHard(pattern: string, length: number): never {
  const message = `Cannot search for ${pattern}: JavaScript gives it up on a line of ${length} characters`;
  const hint = "A simpler expression, with no repetition of what is repeated, takes less.";
  return fail("INVALID_PARAMETER", message, hint);
}

function findByLine(block: Buffer, matches: (line: string) => boolean): Stretches {
  const found: Stretches = [];
  for (let from = 0; from < block.length;) {
    const end = lineEnd(block, from);
    if (matches(lineText(block, from, end))) add(found, from, end);
    from = end;
  }
  return found;
}

/** The text of a line without its end. */
export function lineText(block: Buffer, from: number, to: number): string {
  return block.toString("utf8", from, block[to - 1] === NEWLINE ? to - 1 : to);
}

/** After the end of the line that holds byte `at`. */
export function lineEnd(block: Buffer, at: number): number {
  const end = block.indexOf(NEWLINE, at);
  return end < 0 ? block.length : end + 1;
}

/** Stretches that touch are one. */
export function add(stretches: Stretches, from: number, to: number): void {
  if (stretches.length > 0 && stretches.at(-1) === from) stretches[stretches.length - 1] = to;
  else stretches.push(from, to);
}

/** The lines that are in none of them. */
export function complement(stretches: Stretches, length: number): Stretches {
  const edges = stretches[0] === 0 ? stretches.slice(1) : [0, ...stretches];
  if (edges.at(-1) === length) edges.pop();
  else edges.push(length);
  return edges;
}
