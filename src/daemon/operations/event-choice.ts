/** Which events a reader has asked for: of which project, which types, which targets. */

import { namesInstance } from "../../core/targets.ts";
import type { ProjectName } from "../../model/ids.ts";
import type { InputOfOperation } from "../../protocol/operations.ts";
import type { WireEvent } from "../../protocol/shapes.ts";
import type { DaemonContext } from "../context.ts";
import { select } from "./selection.ts";

/** What was missed concerns whoever asks. `project` null: of every one. A target that there is none of is a slip, but for one who goes on where he was: that
 *  may have been forgotten meanwhile. */
export function eventChoice(
  context: DaemonContext,
  input: InputOfOperation<"events">,
  project: ProjectName | null,
): (event: WireEvent) => boolean {
  const globs = input.types.map((glob) => new Bun.Glob(glob));
  const targets = input.targets ?? [];
  const found = new Set<string>(
    targets.length === 0 || input.afterSeq !== null
      ? []
      : select(context, { ...input, targets }).map(({ id }) => id),
  );
  return (event) =>
    event.type === "events.missed" ||
    ((project === null || event.project === null || event.project === project) &&
      (globs.length === 0 || globs.some((glob) => glob.match(event.type))) &&
      (targets.length === 0 || isAbout(context, event, targets, found)));
}

/** Instances that came later are meant as well. */
function isAbout(
  { supervisor }: DaemonContext,
  { project, process, instance }: WireEvent,
  targets: readonly string[],
  found: ReadonlySet<string>,
): boolean {
  if (project === null || process === null || instance === null) return false;
  if (found.has(`${project}/${process}.${instance}`)) return true;
  const known = supervisor.world.projects.get(project);
  if (known === undefined) return false;
  return targets.some((it) => namesInstance(known, { process, index: instance }, it));
}
