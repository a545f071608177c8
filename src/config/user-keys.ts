/** Keys that begin with `x-` are the user's own: taken out before anything is checked. */

import { dataOf, entriesOf, type Node } from "./tree.ts";

/** The keys of these maps are names, so one that begins with `x-` is as good as any. */
const MAPS_OF_NAMES = new Set(["processes", "groups", "profiles", "dependsOn", "env", "headers"]);

export function withoutUserKeys(node: Node, keysAreNames = false): Node {
  if (node.kind === "leaf") return node;
  let entries: Map<string, Node> | null = null;
  for (const [key, inner] of node.entries) {
    const isOurs = keysAreNames || !isUserKey(key);
    const kept = isOurs ? withoutUserKeys(inner, !keysAreNames && MAPS_OF_NAMES.has(key)) : null;
    if (kept === inner) continue;
    entries ??= new Map(node.entries);
    if (kept === null) entries.delete(key);
    else entries.set(key, kept);
  }
  return entries === null ? node : { ...node, entries };
}

/** The user's own keys at the top of the project. */
export function userKeysOf(top: Node): Readonly<Record<string, unknown>> {
  const ours = entriesOf(top).filter(([key]) => isUserKey(key));
  return Object.fromEntries(ours.map(([key, node]) => [key, dataOf(node)]));
}

function isUserKey(key: string): boolean {
  return key.startsWith("x-");
}
