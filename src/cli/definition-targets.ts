/** Targets among what a configuration defines, whether it runs or not: `api`, `web-*`, `@group`, `all`. */

import { fail } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { ProcessName } from "../model/ids.ts";
import type { ProjectSpec } from "../model/spec.ts";
import { own } from "../model/own.ts";

/** The processes that the targets name; one that names none is an error. An instance means its process. */
export function definedProcesses(
  spec: ProjectSpec,
  targets: readonly string[],
): ReadonlySet<ProcessName> {
  return new Set(targets.flatMap((target) => namesOf(target, spec)));
}

function namesOf(target: string, { processes, groups }: ProjectSpec): readonly ProcessName[] {
  const known = Object.keys(processes);
  if (target === "all") return known;
  if (target.startsWith("@") && Object.hasOwn(groups, target.slice(1))) {
    return own(groups, target.slice(1))?.members ?? [];
  }
  const process = target.replace(/\.\d+$/, "");
  const glob = new Bun.Glob(target);
  const found = known.filter((name) => name === process || glob.match(name));
  if (found.length > 0) return found;
  const candidates = [...known, ...Object.keys(groups).map((group) => `@${group}`)];
  const near = nearest(target, candidates);
  const hint = near === null ? `There are: ${candidates.join(", ")}.` : `Did you mean '${near}'?`;
  return fail("PROCESS_NOT_FOUND", `Cannot find '${target}' in the configuration`, hint);
}
