/** Lines of the keys of a YAML document, read by indentation. Keys inside `{…}` and `[…]` count as part of what holds them. */

import { Lines, type Place } from "./lines.ts";

interface Level {
  readonly indent: number;
  readonly place: Place;
  /** The index of the current item when this level is a list. */
  item: number | null;
}

const KEY =
  /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#"'[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)\s*:(?=\s|$)/;

const DASH = /^-(?:[ \t]+|$)/;

/** What may span lines, or has an anchor or a tag before it. */
const MARKED = /^[&!|>"'[{]/;

/** A quoted string that ends where the line does, as most do. */
const CLOSED = /^(?:"[^"\\]*"|'[^']*')$/;

export function yamlLines(text: string): Lines {
  const lines = new Lines();
  const levels: Level[] = [{ indent: -1, place: lines.top, item: null }];
  /** Deeper lines belong to a block scalar. */
  let scalarIndent: number | null = null;
  /** What a quoted or bracketed value that spans lines still waits for. */
  let open = "";
  let number = 0;
  for (const line of text.replaceAll("\r\n", "\n").split("\n")) {
    number += 1;
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
    for (let dash = DASH.exec(rest); dash; dash = DASH.exec(rest)) {
      enterItem(levels, indent, lines, number);
      indent += dash[0].length;
      rest = rest.slice(dash[0].length);
    }
    const key = KEY.exec(rest);
    if (key) {
      while (levels.at(-1)!.indent >= indent) levels.pop();
      const place = lines.addWithin(levels.at(-1)!.place, unquote(key[1]!), number, indent);
      levels.push({ indent, place, item: null });
      rest = rest.slice(key[0].length).trimStart();
    }
    if (!MARKED.test(rest)) continue;
    rest = rest.replace(/^(?:[&!]\S*\s*)+/, "");
    if (/^[|>]/.test(rest)) scalarIndent = levels.at(-1)!.indent;
    else if (/^["'[{]/.test(rest) && !CLOSED.test(rest)) open = openAfter(rest, "");
  }
  return lines;
}

/** A dash begins the next item of the list at its column, or the first of a new list. */
function enterItem(levels: Level[], indent: number, lines: Lines, line: number): void {
  while (levels.at(-1)!.indent > indent) levels.pop();
  const top = levels.at(-1)!;
  const isNext = top.item !== null && top.indent === indent;
  const item = isNext ? top.item! + 1 : 0;
  const around = isNext ? top.place.around! : top.place;
  if (isNext) levels.pop();
  const place = lines.addWithin(around, String(item), line, indent);
  levels.push({ indent, place, item });
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
