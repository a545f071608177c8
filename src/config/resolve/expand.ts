/** Expands, at load time, the strings of a process that are not kept as templates until a run starts. */

import { expandTemplate, type TemplateScope, variableReferences } from "../../model/template.ts";
import type { Report } from "../report.ts";
import { isMap, type Node, originAt, type Path, showPath } from "../tree.ts";

/** A scope that knows of which variables it was told elsewhere why they have no value. */
export interface LoadScope extends TemplateScope {
  isFaulty?(name: string): boolean;
}

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
  scope: LoadScope,
  report: Report,
): Expanded {
  const failed = new Set<string>();
  const expand = (value: unknown, path: Path): unknown => {
    if (typeof value === "string" && value.includes("${")) {
      const expanded = expandTemplate(value, scope);
      const isFaulty = variableReferences(value).some((name) => scope.isFaulty?.(name));
      if (expanded.ok && !isFaulty) return expanded.value;
      if (!expanded.ok) report.invalid(originAt(node, path), expanded.message);
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
