/** Whether the instances of a process share its port, and how. */

import { BALANCED_HOST, type ProxySpec } from "./balance.ts";
import type { ProcessSpec } from "./spec.ts";

/** The way in which a process shares its port; null when it does not. */
export function sharingOf({ port, portChoice, balance }: ProcessSpec): ProxySpec | null {
  const hasPort = port !== null || portChoice !== null;
  return hasPort && balance?.mode === "proxy" ? balance : null;
}

/** The definition with the way of sharing a port that holds where nobody has said one. */
export function withUsualBalance(spec: ProcessSpec): ProcessSpec {
  const hasPort = spec.port !== null || spec.portChoice !== null;
  if (!hasPort || spec.instances === 1 || spec.balance !== undefined) return spec;
  return {
    ...spec,
    balance: {
      mode: "proxy",
      algorithm: "round-robin",
      host: BALANCED_HOST,
      ports: [],
      isDefault: true,
    },
  };
}
