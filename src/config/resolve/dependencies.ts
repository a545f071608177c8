/** Who waits for whom: names that must exist, ports that imply a dependency, and no cycles. */

import type { Dependency, ProcessSpec } from "../../model/spec.ts";
import { didYouMean } from "../nearest.ts";
import type { Report } from "../report.ts";
import { isMap, type Origin, originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";
import type { PortUse } from "./references.ts";

/** The specs with `started` dependencies added on every process whose port they ask for. */
export function withImplied(
  specs: readonly ProcessSpec[],
  uses: ReadonlyMap<string, PortUse>,
): readonly ProcessSpec[] {
  const names = new Set(specs.map((spec) => spec.name));
  const edges = new Map(
    specs.map((spec) => [spec.name, spec.dependsOn.map(({ process }) => process)]),
  );
  const imply = (name: string, wanted: readonly string[], admit: (to: string) => boolean) => {
    const known = edges.get(name)!;
    known.push(...wanted.filter((to) => names.has(to) && !known.includes(to) && admit(to)));
  };
  for (const { name } of specs) imply(name, uses.get(name)?.own ?? [], () => true);
  // What the whole project is given must not turn into a cycle: ports are known before anything starts.
  for (const { name } of specs) {
    imply(name, uses.get(name)?.shared ?? [], (to) => !reaches(edges, to, name));
  }
  return specs.map((spec) => {
    const implied = edges.get(spec.name)!.slice(spec.dependsOn.length).map(started);
    return implied.length === 0 ? spec : { ...spec, dependsOn: [...spec.dependsOn, ...implied] };
  });
}

export function checkDependencies(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  for (const spec of specs) {
    const draft = drafts.get(spec.name)!;
    for (const dependency of spec.dependsOn) {
      const target = drafts.get(dependency.process);
      if (!target) {
        const hint = didYouMean(dependency.process, drafts.keys());
        const origin = originOf(draft, dependency.process);
        report.invalid(origin, `there is no process "${dependency.process}"`, hint);
      } else if (dependency.condition === "healthy" && !hasHealth(target)) {
        report.invalid(
          originOf(draft, dependency.process),
          `"${target.name}" has no \`health\` probe, so it is never healthy`,
          'Give it one, or use the condition "ready".',
        );
      }
    }
  }
  for (const cycle of cyclesOf(edgesOf(specs, drafts))) {
    const draft = drafts.get(cycle[0]!)!;
    report.invalid(originOf(draft, cycle[1]!), `these wait for each other: ${cycle.join(" → ")}`);
  }
}

/** Who waits for whom, those included whose condition is wrong: a cycle is one all the same. */
function edgesOf(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
): ReadonlyMap<string, readonly string[]> {
  const edges = new Map([...drafts].map(([name, draft]) => [name, writtenIn(draft)]));
  for (const { name, dependsOn } of specs) {
    edges.set(name, [
      ...new Set([...dependsOn.map(({ process }) => process), ...(edges.get(name) ?? [])]),
    ]);
  }
  return edges;
}

function writtenIn(draft: Draft): readonly string[] {
  const { dependsOn } = Object(draft.data) as { dependsOn?: unknown };
  if (Array.isArray(dependsOn)) return dependsOn.filter((name) => typeof name === "string");
  return isMap(dependsOn) ? Object.keys(dependsOn) : [];
}

/** Each cycle that a depth-first walk closes, as its path: the first name stands at the end too. */
function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): readonly (readonly string[])[] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const trail = [{ name: start, next: 0 }];
    const onTrail = new Map([[start, 0]]);
    while (trail.length > 0) {
      const top = trail.at(-1)!;
      const to = edges.get(top.name)?.[top.next++];
      if (to === undefined) {
        done.add(top.name);
        onTrail.delete(top.name);
        trail.pop();
        continue;
      }
      const seenAt = onTrail.get(to);
      if (seenAt !== undefined) {
        cycles.push([...trail.slice(seenAt).map((step) => step.name), to]);
      } else if (!done.has(to)) {
        onTrail.set(to, trail.length);
        trail.push({ name: to, next: 0 });
      }
    }
  }
  return cycles;
}

function reaches(edges: ReadonlyMap<string, readonly string[]>, from: string, to: string): boolean {
  const seen = new Set([from]);
  const queue = [from];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (name === to) return true;
    for (const next of edges.get(name) ?? []) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return false;
}

function started(process: string): Dependency {
  return { process, condition: "started", timeoutMs: null, required: true, restart: false };
}

/** Where a dependency was written: its key, its place in the list, or nowhere in particular when a port implied it. */
function originOf(draft: Draft, process: string): Origin {
  const { data } = draft as { data: { dependsOn?: unknown } };
  const list = data.dependsOn;
  if (Array.isArray(list) && list.includes(process)) {
    return originAt(draft.node, ["dependsOn", String(list.indexOf(process))]);
  }
  if (isMap(list) && process in list) return originAt(draft.node, ["dependsOn", process]);
  return originAt(draft.node, []);
}

function hasHealth(draft: Draft): boolean {
  return isMap(draft.data) && draft.data["health"] !== undefined;
}
