/** Which project a request means. */

import { z } from "zod";

export const place = {
  /** By name, wherever it is; null goes by the directory. */
  project: z.string().nullable(),
  /** Absolute. The project that lives there, or in the nearest directory above it. */
  directory: z.string(),
  /** There is a configuration in that directory: no project above it is meant. */
  exact: z.boolean(),
  /** Absolute paths of `-f`: the project that was started with them. */
  files: z.array(z.string()),
};
const placeSchema = z.strictObject(place);
export type Place = z.infer<typeof placeSchema>;
