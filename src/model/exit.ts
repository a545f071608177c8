/** How runs end, in words. */

import type { Exit } from "./state.ts";

/** `exited with code 1`, `was killed by SIGSEGV`: how a run ended, without a subject. */
export function describeExit(exit: Exit): string {
  if (exit.oomKilled) return "killed: out of memory";
  if (exit.signal !== null) return `was killed by ${exit.signal}`;
  if (exit.code !== null) return `exited with code ${exit.code}`;
  return "ended unobserved, its exit code is unknown";
}
