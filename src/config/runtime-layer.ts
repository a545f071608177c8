/** Configuration from `set` and `scale`: the last layer, which a daemon keeps for as long as it knows the project. */

import type { KnownProject } from "../model/known-project.ts";
import type { Report } from "./report.ts";
import { child, type Node, type Path, type Source } from "./tree.ts";
import { layersAt } from "./written-value.ts";

const RUNTIME: Source = {
  layer: "runtime",
  label: "runtime update",
  file: null,
  lineOf: () => null,
};

/** One small tree for each update. A process that the configuration has no longer is not brought back by one. */
export function runtimeLayers(
  updates: KnownProject["updates"],
  below: Node,
  report: Report,
): readonly Node[] {
  const processes = child(below, "processes");
  return Object.entries(updates)
    .filter(([process]) => child(processes, process) !== undefined)
    .flatMap(([process, values]) =>
      Object.entries(values).flatMap(([key, text]) =>
        layersAt(["processes", process, ...pathOf(key)], text, RUNTIME, report),
      ),
    );
}

/** Points stand between keys, but the name of a variable may have points in it. */
function pathOf(key: string): Path {
  return key.startsWith("env.") ? ["env", key.slice("env.".length)] : key.split(".");
}
