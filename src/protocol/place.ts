/** Which project a request means. */

import { z } from "zod";
import type { ErrorCode } from "../model/errors.ts";

export const place = {
  /** By name, wherever it is; null goes by the directory. */
  project: z.string().nullable(),
  /** Absolute. The project that lives there, or in the nearest directory above it. */
  directory: z.string(),
  /** There is a configuration in that directory: no project above it is meant. */
  exact: z.boolean(),
  /** Absolute paths of `-f`: the project that was started with them. */
  files: z.array(z.string()),
  /** The same, or what the search has found: of several projects the one with these very files is meant. */
  found: z.array(z.string()).optional(),
  /** Whoever asks has no directory: of all projects the one that has the targets is meant. */
  anywhere: z.literal(true).optional(),
};
const placeSchema = z.strictObject(place);
export type Place = z.infer<typeof placeSchema>;

/** The place of whoever has none: a project by its name, or whichever has what is named. */
export function placeOf(project: string | null): Place {
  return { project, directory: "/", exact: true, files: [], anywhere: true };
}

/** What can be wrong with targets in it. */
export const LOOKUP: readonly ErrorCode[] = [
  "NO_PROJECT",
  "PROJECT_NOT_FOUND",
  "PROCESS_NOT_FOUND",
  "AMBIGUOUS_TARGET",
];
