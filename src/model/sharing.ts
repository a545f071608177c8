/** Whether the instances of a process share its port, and how. */

import type { ProxySpec, SharingSpec } from "./balance.ts";
import type { ProcessSpec } from "./spec.ts";

/** Null when they do not. */
export function sharingOf({ port, portChoice, balance }: ProcessSpec): SharingSpec | null {
  const hasPort = port !== null || portChoice !== null;
  return !hasPort || balance === undefined || balance.mode === "none" ? null : balance;
}

/** Null when connections are not passed on to them. */
export function proxyOf(process: ProcessSpec): ProxySpec | null {
  const sharing = sharingOf(process);
  return sharing?.mode === "proxy" ? sharing : null;
}
