/** Values that are written outside of files: in variables of the environment, on the command line. */

import { grow } from "./grow.ts";
import type { Report } from "./report.ts";
import { isMap, type Node, type Path, type Source } from "./tree.ts";

/** A tree that has nothing but the value at `path`; none when it can be no configuration, which is reported. */
export function layersAt(
  path: Path,
  text: string,
  source: Source,
  report: Report,
): readonly Node[] {
  const data = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), valueOf(text));
  const tree = grow(data, source, report);
  return tree === null ? [] : [tree];
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
