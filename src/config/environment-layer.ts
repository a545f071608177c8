/** Configuration from the environment: `PROCMAN_CONFIG__processes__api__instances=2`. */

import type { Node, Source } from "./tree.ts";
import { originIn, type Report } from "./report.ts";
import { layersAt } from "./written-value.ts";

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
    return layersAt(path, env[name]!, source, report);
  });
}

function sourceOf(name: string): Source {
  return { layer: "environment", label: name, file: null, lineOf: () => null };
}
