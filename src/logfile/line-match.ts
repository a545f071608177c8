/** Matches text with a regular expression, and tells of what it was given up on. */

import { isGivenUp } from "../model/given-up.ts";

/** What takes less time was not given up: a fifteenth of what was measured, for faster machines. */
const QUICK_MS = 20;

/** Null: JavaScript has given it up, so that nobody knows. */
export function matchLine(regex: RegExp, line: string): boolean | null {
  const beganMs = performance.now();
  if (regex.test(line)) return true;
  return isOver(beganMs) && isGivenUp(regex, line) ? null : false;
}

/** Where the first match from a place on begins, -1 when there is none; null: it may have been given up. The expression
 *  is global. */
export function findMatch(regex: RegExp, text: string, from: number): number | null {
  const beganMs = performance.now();
  regex.lastIndex = from;
  const at = regex.exec(text)?.index;
  if (at !== undefined) return at;
  return isOver(beganMs) ? null : -1;
}

function isOver(beganMs: number): boolean {
  return performance.now() - beganMs >= QUICK_MS;
}
