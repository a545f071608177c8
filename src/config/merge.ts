/** Layers into one tree: maps merge by key, lists and scalars replace, `null` removes. */

import { insideProcess, longForm } from "./short-forms.ts";
import { type MapNode, type Node, type Path, treeOf } from "./tree.ts";

/**
 * `upper` laid over `lower`, which is undefined where there is nothing. A short form below a map counts as the map
 * that it abbreviates. Undefined when nothing is left.
 */
export function merge(lower: Node | undefined, upper: Node, path: Path = []): Node | undefined {
  if (upper.kind === "leaf") return upper.value === null && !keepsNull(path) ? undefined : upper;
  const base = mapBelow(lower, path);
  if (base === null) return overNothing(upper, [...path]);
  const entries = new Map(base.entries);
  for (const [key, inner] of upper.entries) {
    const merged = merge(base.entries.get(key), inner, [...path, key]);
    if (merged === undefined) entries.delete(key);
    else entries.set(key, merged);
  }
  return { kind: "map", entries, origin: upper.origin };
}

/** It stays as it is, but for what it takes away; most of a configuration is such. `path` is the same afterwards. */
function overNothing(upper: MapNode, path: string[]): MapNode {
  if (isProcess(path)) return upper;
  let entries: Map<string, Node> | null = null;
  for (const [key, inner] of upper.entries) {
    if (inner.kind === "leaf" && inner.value !== null) continue;
    path.push(key);
    const kept = inner.kind === "map" ? overNothing(inner, path) : keepsNull(path) ? inner : null;
    path.pop();
    if (kept === inner) continue;
    entries ??= new Map(upper.entries);
    if (kept === null) entries.delete(key);
    else entries.set(key, kept);
  }
  return entries === null ? upper : { ...upper, entries };
}

/** A process over the defaults; one in a short form counts as the map that it abbreviates. */
export function withDefaults(defaults: Node | undefined, process: Node): Node {
  const asMap = mapBelow(process, ["processes", ""]) ?? process;
  return merge(defaults, asMap, ["defaults"]) ?? asMap;
}

function mapBelow(node: Node | undefined, path: Path): MapNode | null {
  if (node === undefined) return null;
  if (node.kind === "map") return node;
  const long = longForm(path, node.value);
  if (long === null) return null;
  const entries = new Map<string, Node>();
  for (const [key, value] of Object.entries(long)) {
    const grown = treeOf(value, node.origin.source);
    entries.set(key, { ...grown, origin: node.origin });
  }
  return { kind: "map", entries, origin: node.origin };
}

/**
 * In an environment `null` is a value: it takes the variable away from whoever calls. And in a process it must live
 * until the defaults are merged, since it takes those away too.
 */
function keepsNull(path: Path): boolean {
  if (path.length > 2 && path[0] === "processes") return true;
  const within = insideProcess(path) ?? (path[0] === "profiles" ? path.slice(2) : path);
  return within.length === 2 && within[0] === "env";
}

/** Whatever is in one keeps its nulls. */
function isProcess(path: Path): boolean {
  return path.length === 2 && path[0] === "processes";
}
