/** What is passed on to an instance that stops: nothing new, and what is under way may come to its end. */

import { proxyOf } from "../model/sharing.ts";
import type { EffectOf } from "../model/effects.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { EndCause } from "../model/end-cause.ts";

/** What they have under way may never end, so it is not waited for. */
const UNSOUND: ReadonlySet<EndCause> = new Set([
  "unready",
  "never-ready",
  "unhealthy",
  "over-limit",
  "hook",
]);

/** Half of the grace is for connections, the other for the signal. `graceMs` 0: the first half is somebody else's. */
export function drainFor(
  spec: ProcessSpec,
  cause: EndCause,
  graceMs: number,
): Pick<EffectOf<"signal">, "drainMs"> {
  if (proxyOf(spec) === null || cause === "kill") return {};
  return { drainMs: UNSOUND.has(cause) ? 0 : graceMs / 2 };
}
