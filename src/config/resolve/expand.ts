/** Expands, at load time, the strings of a process that are not kept as templates until a run starts. */

import { expandTemplate, type TemplateScope } from "../../model/template.ts";
import type { Report } from "../report.ts";
import { isMap, type Node, originAt, type Path, showPath } from "../tree.ts";

/** What is below these keys is expanded for each run, or is no business of this version. */
const KEPT = new Set([
  "command",
  "env",
  "links",
  "http",
  "tcp",
  "exec",
  "hooks",
  "defaults",
  "alerts",
]);

export interface Expanded {
  readonly data: unknown;
  /** Paths, as `showPath` has them, whose text could not be expanded: nothing more is to be said of them. */
  readonly failed: ReadonlySet<string>;
}

export function expandAtLoad(
  data: unknown,
  node: Node,
  scope: TemplateScope,
  report: Report,
): Expanded {
  const failed = new Set<string>();
  const expand = (value: unknown, path: Path): unknown => {
    if (typeof value === "string" && value.includes("${")) {
      const expanded = expandTemplate(value, scope);
      if (expanded.ok) return expanded.value;
      report.invalid(originAt(node, path), expanded.message, expanded.hint);
      failed.add(showPath(path));
      return value;
    }
    if (Array.isArray(value)) return value.map((item, at) => expand(item, [...path, String(at)]));
    if (!isMap(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        KEPT.has(key) ? inner : expand(inner, [...path, key]),
      ]),
    );
  };
  return { data: expand(data, []), failed };
}
