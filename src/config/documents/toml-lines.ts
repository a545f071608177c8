/** Lines of the tables and keys of a TOML document, read line by line. */

import { Lines } from "./lines.ts";
import type { Path } from "../tree.ts";

const WORD = /\s*("(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)\s*(\.?)/y;

export function tomlLines(text: string): Lines {
  const lines = new Lines();
  const items = new Map<string, number>();
  let table: Path = [];
  let open: string | null = null;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (open !== null) {
      if (line.includes(open)) open = null;
      continue;
    }
    const content = line.trim();
    const isList = content.startsWith("[[");
    if (content.startsWith("[")) {
      const path = keyAt(content, isList ? 2 : 1);
      if (!path) continue;
      table = isList ? nextItem(path, items) : throughItems(path, items);
      lines.add(table, index + 1, 0);
      continue;
    }
    const path = keyAt(content, 0);
    if (!path || !content.includes("=")) continue;
    lines.add([...table, ...path], index + 1, line.length - line.trimStart().length);
    const quotes = /=\s*("""|''')/.exec(content)?.[1];
    if (quotes && content.split(quotes).length === 2) open = quotes;
  }
  return lines;
}

/** The dotted key that begins at `start`. */
function keyAt(content: string, start: number): Path | null {
  const path: string[] = [];
  WORD.lastIndex = start;
  for (let word = WORD.exec(content); word; word = WORD.exec(content)) {
    path.push(word[1]!.replace(/^(["'])(.*)\1$/, "$2"));
    if (word[2] !== ".") return path;
  }
  return null;
}

function nextItem(path: Path, items: Map<string, number>): Path {
  const inside = throughItems(path.slice(0, -1), items);
  const list = [...inside, path.at(-1)!];
  const id = list.join("\0");
  const item = (items.get(id) ?? -1) + 1;
  items.set(id, item);
  return [...list, String(item)];
}

/** A path that leads through a list of tables means the list's latest item. */
function throughItems(path: Path, items: ReadonlyMap<string, number>): Path {
  const whole: string[] = [];
  for (const key of path) {
    whole.push(key);
    const item = items.get(whole.join("\0"));
    if (item !== undefined) whole.push(String(item));
  }
  return whole;
}
