/** Lines of the keys and list items of a JSON document, comments and trailing commas allowed. The document is known to be sound. */

import { Lines } from "./lines.ts";
import type { Path } from "../tree.ts";

const SPACE = /(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
const SCALAR = /[^\s,\]}/]+/y;

export function jsonLines(text: string): Lines {
  const lines = new Lines();
  let at = 0;
  let line = 1;
  let counted = 0;

  const lineNow = () => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
  const take = (regex: RegExp): string => {
    regex.lastIndex = at;
    const found = regex.exec(text)?.[0] ?? "";
    at += found.length;
    return found;
  };
  const value = (path: Path): void => {
    take(SPACE);
    if (text[at] === "{") members(path, "}", true);
    else if (text[at] === "[") members(path, "]", false);
    else if (text[at] === '"') take(STRING);
    else take(SCALAR);
  };
  const members = (path: Path, end: string, keyed: boolean): void => {
    at += 1;
    for (let index = 0; ; index++) {
      take(SPACE);
      if (at >= text.length || text[at] === end) break;
      const before = at;
      const here = lineNow();
      const key = keyed ? String(JSON.parse(take(STRING) || '""')) : String(index);
      const inner = [...path, key];
      lines.add(inner, here, before);
      take(SPACE);
      if (keyed && text[at] === ":") at += 1;
      value(inner);
      take(SPACE);
      if (text[at] === ",") at += 1;
      if (at === before) break; // Nothing was understood: better no lines than no end.
    }
    at += 1;
  };
  value([]);
  return lines;
}

const BRACKET = /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[[\]{}]/g;

/** Where something stands after the document's end, from 1; null when nothing does. */
export function placeAfterEnd(text: string): { line: number; column: number } | null {
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(BRACKET)) {
    if ("[{".includes(found)) depth += 1;
    if ("]}".includes(found)) depth -= 1;
    if (depth !== 0 || !"]}".includes(found)) continue;
    const rest = text.slice(index + 1);
    if (rest.trim() === "") return null;
    const before = text.slice(0, text.length - rest.trimStart().length).split("\n");
    return { line: before.length, column: before.at(-1)!.length + 1 };
  }
  return null;
}
