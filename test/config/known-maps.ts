/** Every map of known keys that a configuration may have, as the schema that checks it has them. */

import type { z } from "zod";
import { projectKeys } from "../../src/config/schema/project.ts";
import type { Path } from "../../src/config/tree.ts";

/** Stands in a path for any name, as that of a process. */
export const NAME = "a";
/** Stands in a path for any item of a list. */
export const ITEM = "0";

interface Inside {
  readonly type: string;
  readonly shape: Record<string, z.core.$ZodType>;
  readonly options?: readonly z.core.$ZodType[];
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly valueType: z.core.$ZodType;
  readonly element: z.core.$ZodType;
}

/** Each with where it can stand and the keys that it knows. */
export const KNOWN_MAPS: readonly (readonly [Path, readonly string[]])[] = mapsIn(projectKeys, []);

function mapsIn(schema: z.core.$ZodType, path: Path): readonly (readonly [Path, string[]])[] {
  const def = schema._zod.def as unknown as Inside;
  if (def.options) return def.options.flatMap((option) => mapsIn(option, path));
  const inner = def.innerType ?? def.in;
  if (inner) return mapsIn(inner, path);
  if (def.type === "record") return mapsIn(def.valueType, [...path, NAME]);
  if (def.type === "array") return mapsIn(def.element, [...path, ITEM]);
  if (def.type !== "object") return [];
  const below = Object.entries(def.shape).flatMap(([key, one]) => mapsIn(one, [...path, key]));
  return [[path, Object.keys(def.shape)], ...below];
}
