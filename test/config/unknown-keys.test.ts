import { expect, test } from "bun:test";
import type { z } from "zod";
import { projectKeys } from "../../src/config/schema/project.ts";
import { type Path, showPath } from "../../src/config/tree.ts";
import { problemsOf } from "./project-folder.ts";

interface Inside {
  readonly type: string;
  readonly shape: Record<string, z.core.$ZodType>;
  readonly options?: readonly z.core.$ZodType[];
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly valueType: z.core.$ZodType;
  readonly element: z.core.$ZodType;
}

/** Every map of known keys, with where it can stand and what it knows. */
function mapsIn(schema: z.core.$ZodType, path: Path): readonly (readonly [Path, string[]])[] {
  const def = schema._zod.def as unknown as Inside;
  if (def.options) return def.options.flatMap((option) => mapsIn(option, path));
  const inner = def.innerType ?? def.in;
  if (inner) return mapsIn(inner, path);
  if (def.type === "record") return mapsIn(def.valueType, [...path, "a"]);
  if (def.type === "array") return mapsIn(def.element, [...path, "0"]);
  if (def.type !== "object") return [];
  const below = Object.entries(def.shape).flatMap(([key, one]) => mapsIn(one, [...path, key]));
  return [[path, Object.keys(def.shape)], ...below];
}

const MAPS = mapsIn(projectKeys, []).filter(([path]) => path.length > 0);

/** Data that has nothing but `value` at `path`. */
function dataAt(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, key) => (key === "0" ? [inner] : { [key]: inner }), value);
}

test("maps of known keys are found at every depth", () => {
  const depths = MAPS.map(([path]) => path.length);
  expect(Math.max(...depths)).toBeGreaterThanOrEqual(5);
  expect(MAPS.length).toBeGreaterThan(40);
});

test.each(MAPS.map(([path, keys]) => [showPath(path), path, keys] as const))(
  "a misspelt key of %s is told with the one that is meant",
  async (shown, path, keys) => {
    const [key] = keys.toSorted((one, other) => other.length - one.length);
    const misspelt = `${key!.slice(0, -2)}${key!.at(-1)}${key!.at(-2)}`;
    const problems = await problemsOf({ "procman.json": dataAt(path, { [misspelt]: 1 }) });
    expect(problems).toContain(
      `procman.json:1: ${shown}.${misspelt}: unknown key | Did you mean "${key}"?`,
    );
  },
);
