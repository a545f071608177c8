/** Values that are written outside of files: in variables of the environment, on the command line. */

import { isMap, type Node, type Path, type Source, treeOf } from "./tree.ts";

/** A tree that has nothing but the value at `path`. */
export function layerAt(path: Path, text: string, source: Source): Node {
  const data = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), valueOf(text));
  return treeOf(data, source);
}

/** `null`, `true`, `false`, lists and maps as in JSON; all else is text, which does where a number is expected. */
function valueOf(text: string): unknown {
  if (text === "null") return null;
  if (text === "true" || text === "false") return text === "true";
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) || isMap(value) ? value : text;
  } catch {
    return text; // Not JSON after all: a command such as "[ -f x ] && y".
  }
}
