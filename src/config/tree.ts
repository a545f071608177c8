/** Configuration as a tree in which every value knows where it was written, so that errors and `config show --origin` can say so. */

import { limits } from "../model/limits.ts";

export type Path = readonly string[];

export type LayerKind =
  "default" | "user" | "project" | "local" | "environment" | "flag" | "runtime";

/** One place that configuration was read from. */
export interface Source {
  readonly layer: LayerKind;
  /** What people are shown: a path, or the name of a variable. */
  readonly label: string;
  /** Absolute path; null where there is no file. */
  readonly file: string | null;
  /** The line, from 1, on which the key or list item at `path` stands, or the nearest one above it that is known. */
  lineOf(path: Path): number | null;
}

export interface Origin {
  readonly source: Source;
  readonly path: Path;
}

/** A map, or anything else: scalars and lists are never merged, so they stay whole. */
export type Node =
  | { readonly kind: "map"; readonly entries: ReadonlyMap<string, Node>; readonly origin: Origin }
  | { readonly kind: "leaf"; readonly value: unknown; readonly origin: Origin };

export type MapNode = Extract<Node, { kind: "map" }>;

/** Data that no configuration is made of, with the path of what is wrong with it; empty when all of it is. */
export class Unfit extends Error {
  readonly path: Path;

  constructor(message: string, path: Path = []) {
    super(message);
    this.path = path;
  }
}

/** A larger document is no configuration but an accident, or YAML anchors that explode. */
const MAX_VALUES = 500_000;

/** Throws `Unfit` for a document that is too deep, cyclic or too large, or has a string that no program can be given. */
export function treeOf(data: unknown, source: Source): Node {
  let values = 0;
  const grow = (value: unknown, path: Path): Node => {
    const origin = { source, path };
    if (isMap(value)) {
      const entries = new Map<string, Node>();
      for (const key of Object.keys(value)) {
        const inner = value[key];
        admit(path);
        if (inner !== undefined) entries.set(key, grow(inner, [...path, key]));
      }
      return { kind: "map", entries, origin };
    }
    return { kind: "leaf", value: plainLeaf(value, path), origin };
  };
  const plainLeaf = (value: unknown, path: Path): unknown => {
    if (Array.isArray(value)) {
      return value.map((item, index) => {
        admit(path);
        return plainLeaf(item, [...path, String(index)]);
      });
    }
    if (typeof value === "string" && value.includes("\0")) {
      throw new Unfit("expected a string without NUL characters", path);
    }
    if (!isMap(value)) return isPlain(value) ? value : String(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => {
        admit(path);
        return [key, plainLeaf(inner, [...path, key])];
      }),
    );
  };
  const admit = (path: Path): void => {
    values += 1;
    if (path.length > limits.configDepth) {
      throw new Unfit(`it is nested deeper than ${limits.configDepth}`);
    }
    if (values > MAX_VALUES) throw new Unfit(`it has more than ${MAX_VALUES} values`);
  };
  return grow(data, []);
}

/** The tree as plain data. */
export function dataOf(node: Node): unknown {
  if (node.kind === "leaf") return node.value;
  const data: Record<string, unknown> = {};
  for (const [key, inner] of node.entries) put(data, key, dataOf(inner));
  return data;
}

function put(data: Record<string, unknown>, key: string, value: unknown): void {
  // An assignment to that one would change what the map inherits.
  if (key === "__proto__")
    Object.defineProperty(data, key, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  else data[key] = value;
}

export function child(node: Node | undefined, key: string): Node | undefined {
  return node?.kind === "map" ? node.entries.get(key) : undefined;
}

/** Where the value at `path` was written; for one that is not there, where the nearest map around it was. */
export function originAt(node: Node, path: Path): Origin {
  let at = node;
  for (const [depth, key] of path.entries()) {
    const next = child(at, key);
    if (next === undefined) {
      return { source: at.origin.source, path: [...at.origin.path, ...path.slice(depth)] };
    }
    at = next;
  }
  return at.origin;
}

/** A map's entries, or none. */
export function entriesOf(node: Node | undefined): readonly (readonly [string, Node])[] {
  return node?.kind === "map" ? [...node.entries] : [];
}

export function isMap(value: unknown): value is Record<string, unknown> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

const PLAIN: ReadonlySet<string> = new Set(["string", "number", "boolean"]);

/** TOML's dates come as objects; everything else of the data formats is plain. */
function isPlain(value: unknown): boolean {
  return value === null || PLAIN.has(typeof value);
}

/** `processes.api.ready[0].http`; names that are no plain words stand in quotes. */
export function showPath(path: Path): string {
  let shown = "";
  for (const key of path) {
    if (/^\d+$/.test(key) && shown !== "") shown += `[${key}]`;
    else if (/^[\w-]+$/.test(key)) shown += shown === "" ? key : `.${key}`;
    else shown += `[${JSON.stringify(key)}]`;
  }
  return shown;
}
