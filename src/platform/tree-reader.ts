/** Counting what trees of processes use, as the platform can. */

import type { Cgroups } from "./cgroups.ts";
import { createReader as createDarwinReader } from "./darwin/tree-reader.ts";
import { createReader as createLinuxReader } from "./linux/tree-reader.ts";
import type { TreeReader } from "./tree-count.ts";

export function createTreeReader(cgroups: Cgroups | null): TreeReader {
  return process.platform === "linux" ? createLinuxReader(cgroups) : createDarwinReader();
}
