/** Configuration from the environment: `PROCMAN_CONFIG__processes__api__instances=2`. */

import { isMap, type Node, type Path, type Source, treeOf } from "./tree.ts";
import { originIn, type Report } from "./report.ts";

const PREFIX = "PROCMAN_CONFIG__";

/** One small tree for each variable, in the order of their names. */
export function environmentLayers(
  env: Readonly<Record<string, string>>,
  report: Report,
): readonly Node[] {
  const names = Object.keys(env)
    .filter((name) => name.startsWith(PREFIX))
    .toSorted();
  return names.flatMap((name) => {
    const source = sourceOf(name);
    const path = name.slice(PREFIX.length).split("__");
    if (path.includes("")) {
      report.invalid(originIn(source), "expected keys with two underscores between them");
      return [];
    }
    return [layer(path, env[name]!, source)];
  });
}

function layer(path: Path, text: string, source: Source): Node {
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

function sourceOf(name: string): Source {
  return { layer: "environment", label: name, file: null, lineOf: () => null };
}
