/** Expands, at load time, the strings of a process that are not kept as templates until a run starts. */

import { expandTemplate, type TemplateScope, variableReferences } from "../../model/template.ts";
import type { Report } from "../report.ts";
import { isMap, type Node, originAt, showPath } from "../tree.ts";

/** A scope that knows of which variables it was told elsewhere why they have no value. */
export interface LoadScope extends TemplateScope {
  readonly faulty?: ReadonlySet<string>;
}

/** What is below these keys is expanded for each run, or is no business of this version. */
const KEPT = new Set(["command", "env", "links", "tcp", "exec", "hooks", "defaults"]);

/** Of a request to a process. Of a webhook they are expanded, for it belongs to none. */
const KEPT_OF_HTTP = new Set(["url", "headers"]);

/** A word, or a command: `restart.onGiveUp`, `watch.action`. */
const WITH_COMMANDS = new Set(["onGiveUp", "action"]);

/** `http` is an address, or a map in which only some keys are kept. */
function isKept(key: string, value: unknown, within: string | undefined): boolean {
  if (KEPT.has(key)) return true;
  if (within === "http") return KEPT_OF_HTTP.has(key);
  if (typeof value !== "string") return false;
  return key === "http" || (WITH_COMMANDS.has(key) && value.startsWith("exec:"));
}

function namesFaulty(text: string, { faulty }: LoadScope): boolean {
  if (faulty === undefined || faulty.size === 0) return false;
  return variableReferences(text).some((name) => faulty.has(name));
}

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
  const path: string[] = [];
  const expandText = (text: string): string => {
    const expanded = expandTemplate(text, scope);
    if (expanded.ok && !namesFaulty(text, scope)) return expanded.value;
    if (!expanded.ok) report.invalid(originAt(node, [...path]), expanded.message, expanded.hint);
    failed.add(showPath(path));
    return text;
  };
  const expandAt = (key: string, value: unknown): unknown => {
    path.push(key);
    const expanded = expand(value);
    path.pop();
    return expanded;
  };
  /** What has nothing to be expanded in it stays the same object: that is most of a configuration. */
  const expand = (value: unknown): unknown => {
    if (typeof value === "string") return value.includes("${") ? expandText(value) : value;
    if (Array.isArray(value)) return value.map((item, at) => expandAt(String(at), item));
    if (!isMap(value)) return value;
    const changed: [string, unknown][] = [];
    for (const key of Object.keys(value)) {
      const isAsItIs = isKept(key, value[key], path.at(-1));
      const expanded = isAsItIs ? value[key] : expandAt(key, value[key]);
      if (expanded !== value[key]) changed.push([key, expanded]);
    }
    return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
  };
  return { data: expand(data), failed };
}
