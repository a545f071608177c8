/** What zod finds wrong, as problems with their place, what was expected and the nearest known key. */

import type { z } from "zod";
import { habitHint, misplacedHint } from "./habits.ts";
import { didYouMean } from "./nearest.ts";
import type { Report } from "./report.ts";
import { type Node, originAt, type Path, showPath } from "./tree.ts";
import { valueHint } from "./value-habits.ts";

type Issue = z.core.$ZodIssue;

/**
 * Reports every issue of `schema` about the tree. The values, without those at fault, so that what is right can be
 * checked further; null when too little is right.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  data: unknown,
  node: Node,
  report: Report,
  told: ReadonlySet<string> = new Set(),
): z.output<Schema> | null {
  const result = schema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  reportAll(result.error.issues, [], { node, report, schema, told });
  const sound = result.error.issues.reduceRight((kept, issue) => without(kept, issue), data);
  const again = schema.safeParse(sound);
  return again.success ? again.data : null;
}

/** The data without what the issue is about: the unknown keys, or the value itself. */
function without(data: unknown, issue: Issue): unknown {
  const branch = issue.code === "invalid_union" ? branchMeant(issue.errors) : null;
  if (branch) {
    const inner = branch.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
    return inner.reduceRight<unknown>((kept, one) => without(kept, one), data);
  }
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [null];
  return keys.reduce<unknown>(
    (kept, key) => withoutPath(kept, [...issue.path, ...(key === null ? [] : [key])].map(String)),
    data,
  );
}

function withoutPath(data: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined || data === null || typeof data !== "object") return data;
  if (Array.isArray(data)) {
    return rest.length === 0
      ? data.filter((_, at) => String(at) !== key)
      : data.map((item, at) => (String(at) === key ? withoutPath(item, rest) : item));
  }
  const kept = rest.length === 0 ? [] : [[key, withoutPath(Reflect.get(data, key), rest)]];
  const others = Object.entries(data).filter(([name]) => name !== key);
  return Object.fromEntries([...others, ...kept]);
}

interface About {
  readonly node: Node;
  readonly report: Report;
  readonly schema: z.ZodType;
  /** Paths of values of which nothing more is to be said. */
  readonly told: ReadonlySet<string>;
}

/** What is said of a map as a whole is only a consequence when a key of it is misspelt. */
function reportAll(issues: readonly Issue[], around: Path, about: About): void {
  const misspelt = issues.filter((issue) => issue.code === "unrecognized_keys").map(idOf);
  for (const issue of issues) {
    if (issue.code !== "custom" || !misspelt.includes(idOf(issue)))
      reportIssue(issue, around, about);
  }
}

function idOf(issue: Issue): string {
  return showPath(issue.path.map(String));
}

function reportIssue(issue: Issue, around: Path, about: About): void {
  const { node, report, schema } = about;
  const path = [...around, ...issue.path.map(String)];
  if (about.told.has(showPath(path))) return;
  if (issue.code === "invalid_union") {
    const branch = branchMeant(issue.errors);
    if (branch) {
      reportAll(branch, path, about);
      return;
    }
  }
  if (issue.code === "unrecognized_keys") {
    for (const key of issue.keys) {
      const known = knownKeys(schema, path);
      const value: unknown = Object(issue.input)[key];
      const hint =
        habitHint(key, value, known) ?? didYouMean(key, known) ?? misplacedHint(value, known);
      report.invalid(originAt(node, [...path, key]), "unknown key", hint);
    }
    return;
  }
  const missing = issue.input === undefined;
  report.invalid(
    originAt(node, path),
    missing
      ? `missing: expected ${issue.message}`
      : `expected ${issue.message}, got ${showValue(issue.input)}`,
    valueHint(issue.message, issue.input) ??
      (typeof issue.input === "string" ? didYouMean(issue.input, valuesOf(issue)) : null),
  );
}

/** Of the forms that a value may have, the one that it has, and whose faults are therefore the ones to tell. */
function branchMeant(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  const meant = branches.filter((issues) =>
    issues.every(
      (issue) =>
        issue.path.length > 0 || issue.code === "unrecognized_keys" || issue.code === "custom",
    ),
  );
  return meant.length === 1 ? meant[0]! : null;
}

/** The words that would have been taken. */
function valuesOf(issue: Issue): readonly string[] {
  if (issue.code === "invalid_value") return issue.values.map(String);
  if (issue.code !== "invalid_union") return [];
  return issue.errors.flat().flatMap(valuesOf);
}

/** The keys that the schema knows at `path`, in every form that it takes there. */
function knownKeys(schema: z.ZodType, path: Path): readonly string[] {
  let at: readonly z.core.$ZodType[] = formsOf(schema);
  for (const key of path) at = at.flatMap((form) => stepInto(form, key)).flatMap(formsOf);
  return at.flatMap((form) => Object.keys(shapeOf(form)));
}

function stepInto(form: z.core.$ZodType, key: string): z.core.$ZodType[] {
  const { def } = form._zod as unknown as {
    def: Record<string, z.core.$ZodType> & { type: string };
  };
  if (def.type === "object") {
    const inner = shapeOf(form)[key];
    return inner ? [inner] : [];
  }
  if (def.type === "record") return [def["valueType"]!];
  return def.type === "array" ? [def["element"]!] : [];
}

function shapeOf(form: z.core.$ZodType): Record<string, z.core.$ZodType> {
  const { def } = form._zod as unknown as {
    def: { type: string; shape: Record<string, z.core.$ZodType> };
  };
  return def.type === "object" ? def.shape : {};
}

/** A union's members, and what optional, defaulted and converted schemas are made from. */
function formsOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { def } = schema._zod as unknown as {
    def: {
      type: string;
      options?: z.core.$ZodType[];
      innerType?: z.core.$ZodType;
      in?: z.core.$ZodType;
    };
  };
  if (def.options) return def.options.flatMap(formsOf);
  const inner = def.innerType ?? def.in;
  return inner ? formsOf(inner) : [schema];
}

/** A value as the error shows it: short, and never a whole tree. */
export function showValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value !== null && typeof value === "object") return "a map";
  const shown =
    typeof value === "number" ? String(value) : (JSON.stringify(value) ?? String(value));
  return shown.length > 60 ? `${shown.slice(0, 57)}…"` : shown;
}
