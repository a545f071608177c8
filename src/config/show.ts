/** The configuration in force, value by value, and where each was written: `config show`, `config show --origin`. */

import type { LoadedProject } from "./load.ts";
import { withDefaults } from "./merge.ts";
import { processDefaults } from "./schema/json-schema.ts";
import { processKeys } from "./schema/process.ts";
import { projectKeys } from "./schema/project.ts";
import { longForm } from "./short-forms.ts";
import { child, dataOf, entriesOf, type LayerKind, type Node, type Path } from "./tree.ts";
import { type Source, treeOf } from "./tree.ts";
import { withoutUserKeys } from "./user-keys.ts";

export interface ShownValue {
  readonly path: Path;
  /** As it was written: short forms, units and `${…}` unread. */
  readonly value: unknown;
  readonly layer: LayerKind;
  /** A file's path, the name of a variable or of a flag, "directory" (whose name is the project's), or "built-in". */
  readonly source: string;
  /** Absolute; null where there is no file. */
  readonly file: string | null;
  /** From 1; null where it is not known. */
  readonly line: number | null;
}

type Shown = Pick<LoadedProject, "tree" | "spec" | "nameIsExplicit">;

/** Every value of the project, of each process also those that it has from `defaults` and by default. */
export function shownValues(project: Shown): readonly ShownValue[] {
  return leavesOf(inForce(project), []);
}

/** The same as plain data. */
export function shownData(project: Shown): unknown {
  return dataOf(inForce(project));
}

const BUILT_IN: Source = { layer: "default", label: "built-in", file: null, lineOf: () => null };

function inForce(project: Shown): Node {
  const top = withoutUserKeys(project.tree);
  if (top.kind !== "map") return top;
  const builtIn = treeOf(processDefaults(), BUILT_IN);
  const defaults = child(top, "defaults");
  const processes = entriesOf(child(top, "processes")).map(([name, process]) => {
    const own = withDefaults(defaults, process);
    const whole = withDefaults(builtIn, longWhereParts(own, builtIn, ["defaults"]));
    return [name, inOrder(whole, Object.keys(processKeys.shape))] as const;
  });
  const concurrency = treeOf({ concurrency: 16 }, BUILT_IN);
  const entries = new Map([...entriesOf(concurrency), ...top.entries]);
  entries.delete("defaults");
  entries.set("name", nameInForce(project, entries.get("name")));
  const origin = child(top, "processes")?.origin ?? top.origin;
  entries.set("processes", { kind: "map", entries: new Map(processes), origin });
  return inOrder({ ...top, entries }, Object.keys(projectKeys.shape));
}

/** The configuration's own `name`, unless `-p` went before it, or else what the directory's gave. */
function nameInForce({ spec, nameIsExplicit }: Shown, written: Node | undefined): Node {
  const value = written === undefined ? null : dataOf(written);
  const isTemplate = typeof value === "string" && value.includes("${");
  if (written !== undefined && (value === spec.name || isTemplate)) return written;
  const source: Source = nameIsExplicit
    ? { layer: "flag", label: "-p", file: null, lineOf: () => null }
    : { layer: "default", label: "directory", file: null, lineOf: () => null };
  return treeOf(spec.name, source);
}

/** A map with its keys as the documentation has them; what is not there comes last. */
function inOrder(node: Node, keys: readonly string[]): Node {
  if (node.kind === "leaf") return node;
  const rank = new Map(keys.map((key, at) => [key, at]));
  const rankOf = (key: string): number => rank.get(key) ?? keys.length;
  const entries = [...node.entries].toSorted(([one], [other]) => rankOf(one) - rankOf(other));
  return { ...node, entries: new Map(entries) };
}

/** A short form becomes its map where there are defaults for the rest of the map. */
function longWhereParts(node: Node, builtIn: Node, path: Path): Node {
  if (node.kind === "leaf") {
    const long = builtIn.kind === "map" ? longForm(path, node.value) : null;
    if (long === null) return node;
    const { origin } = node;
    const entries = Object.entries(long).map(
      ([key, value]) => [key, { kind: "leaf", value, origin }] as const,
    );
    return { kind: "map", entries: new Map(entries), origin };
  }
  const entries = [...node.entries].map(([key, inner]) => {
    const below = child(builtIn, key);
    return [key, below ? longWhereParts(inner, below, [...path, key]) : inner] as const;
  });
  return { ...node, entries: new Map(entries) };
}

function leavesOf(node: Node, path: Path): ShownValue[] {
  if (node.kind === "map" && node.entries.size > 0) {
    return [...node.entries].flatMap(([key, inner]) => leavesOf(inner, [...path, key]));
  }
  const { source, path: written } = node.origin;
  const { layer, label, file } = source;
  return [{ path, value: dataOf(node), layer, source: label, file, line: source.lineOf(written) }];
}
