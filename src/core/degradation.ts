/** Degraded mode: what runs without something that it would rather have, or stands in for something else. */

import type { ProcessName } from "../model/ids.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";

/** What an instance does beyond its plain duty, as clauses: `goes on without cache (failed)`; null when nothing. */
export function degradationOf(
  { desired, state, standsInFor }: Instance,
  { dependsOn }: Pick<ProcessSpec, "dependsOn">,
  instancesOf: (process: ProcessName) => readonly Instance[],
): string | null {
  if (desired !== "up" || !UP.has(state.kind)) return null;
  const missing = dependsOn.flatMap(({ process, required }) => {
    const broken = required ? undefined : instancesOf(process).find(isBroken);
    return broken === undefined ? [] : `${process} (${broken.state.kind})`;
  });
  const clauses = [
    ...(standsInFor === undefined ? [] : [`stands in for ${standsInFor}`]),
    ...(missing.length === 0 ? [] : [`goes on without ${missing.join(" and ")}`]),
  ];
  return clauses.length === 0 ? null : clauses.join(" and ");
}

const UP: ReadonlySet<string> = new Set(["spawning", "starting", "running"]);

/** Wanted, and not there. One that was stopped on purpose is not missed. */
function isBroken({ desired, state }: Instance): boolean {
  return desired === "up" && ["failed", "skipped", "suspended", "backoff"].includes(state.kind);
}
