/** The limits that the machine sets on a process, as the platform shows them. */

import * as darwin from "./darwin/machine-limits.ts";
import * as linux from "./linux/machine-limits.ts";
import type { MachineLimits } from "./machine-limits.ts";

/** Those of a process, and of its user. */
export function limitsOf(pid: number): MachineLimits {
  return process.platform === "linux" ? linux.limitsOf(pid) : darwin.limitsOf();
}
