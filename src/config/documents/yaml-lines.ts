/** Lines of the keys of a YAML document, read by indentation. Keys inside `{…}` and `[…]` count as part of what holds them. */

import { Lines } from "./lines.ts";
import type { Path } from "../tree.ts";

interface Level {
  readonly indent: number;
  readonly path: Path;
  /** The index of the current item when this level is a list. */
  item: number | null;
}

const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;

export function yamlLines(text: string): Lines {
  const lines = new Lines();
  const levels: Level[] = [{ indent: -1, path: [], item: null }];
  /** Deeper lines belong to a block scalar. */
  let scalarIndent: number | null = null;
  /** What a quoted or bracketed value that spans lines still waits for. */
  let open = "";
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (open !== "") {
      open = openAfter(line, open);
      continue;
    }
    const content = line.trimStart();
    if (content === "" || content.startsWith("#")) continue;
    let indent = line.length - content.length;
    if (scalarIndent !== null && indent > scalarIndent) continue;
    scalarIndent = null;
    let rest = content;
    for (let dash = /^-(?:[ \t]+|$)/.exec(rest); dash; dash = /^-(?:[ \t]+|$)/.exec(rest)) {
      enterItem(levels, indent, lines, index + 1);
      indent += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    const key = KEY.exec(rest);
    if (key) {
      while (levels.at(-1)!.indent >= indent) levels.pop();
      const path = [...levels.at(-1)!.path, unquote(key[1]!)];
      lines.add(path, index + 1, indent);
      levels.push({ indent, path, item: null });
      rest = rest.slice(key[0].length).trimStart();
    }
    rest = rest.replace(/^(?:[&!]\S*\s*)+/, "");
    if (/^[|>]/.test(rest)) scalarIndent = levels.at(-1)!.indent;
    else if (/^["'[{]/.test(rest)) open = openAfter(rest, "");
  }
  return lines;
}

/** A dash begins the next item of the list at its column, or the first of a new list. */
function enterItem(levels: Level[], indent: number, lines: Lines, line: number): void {
  while (levels.at(-1)!.indent > indent) levels.pop();
  let top = levels.at(-1)!;
  const isNext = top.item !== null && top.indent === indent;
  const item = isNext ? top.item! + 1 : 0;
  const base = isNext ? top.path.slice(0, -1) : top.path;
  if (isNext) levels.pop();
  top = { indent, path: [...base, String(item)], item };
  levels.push(top);
  lines.add(top.path, line, indent);
}

/** The brackets and quotes that are open after `line`, given those that were before. */
function openAfter(line: string, before: string): string {
  let open = before;
  for (let at = 0; at < line.length; at++) {
    const letter = line[at]!;
    const last = open.at(-1);
    if (last === '"') {
      if (letter === "\\") at += 1;
      else if (letter === '"') open = open.slice(0, -1);
    } else if (last === "'") {
      if (letter === "'") open = open.slice(0, -1);
    } else if (letter === "#" && (at === 0 || /\s/.test(line[at - 1]!))) {
      return open;
    } else if (letter === '"' || letter === "'") {
      if (at === 0 || /[\s[{,:]/.test(line[at - 1]!)) open += letter;
    } else if (letter === "[" || letter === "{") {
      open += letter;
    } else if (letter === "]" || letter === "}") {
      open = open.slice(0, -1);
      if (open === "") return open;
    }
    if (open === "") return open;
  }
  return open;
}

function unquote(key: string): string {
  if (key.startsWith("'")) return key.slice(1, -1).replaceAll("''", "'");
  if (!key.startsWith('"')) return key;
  try {
    return String(JSON.parse(key));
  } catch {
    return key.slice(1, -1); // YAML knows escapes that JSON does not; such a key is only harder to find.
  }
}
