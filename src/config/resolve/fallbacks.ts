/** Who takes over from whom: names that must exist, never in a circle. A fallback waits until it is needed. */

import type { ProcessSpec } from "../../model/spec.ts";
import { didYouMean } from "../nearest.ts";
import type { Report } from "../report.ts";
import { isMap, originAt } from "../tree.ts";
import type { Draft } from "./draft.ts";

/** The specs with fallbacks that do not start by themselves. */
export function withFallbacks(specs: readonly ProcessSpec[]): readonly ProcessSpec[] {
  const fallbacks = new Set(specs.flatMap(({ fallback }) => fallback ?? []));
  return specs.map((spec) => (fallbacks.has(spec.name) ? { ...spec, autostart: false } : spec));
}

export function checkFallbacks(
  specs: readonly ProcessSpec[],
  drafts: ReadonlyMap<string, Draft>,
  report: Report,
): void {
  const byName = new Map(specs.map((spec) => [spec.name, spec]));
  for (const spec of specs) {
    const { name, fallback } = spec;
    if (fallback === undefined) continue;
    const origin = originAt(drafts.get(name)!.node, ["fallback"]);
    const target = drafts.get(fallback);
    const circle = circleFrom(spec, byName);
    if (target === undefined) {
      const hint = didYouMean(fallback, drafts.keys());
      report.invalid(origin, `there is no process "${fallback}"`, hint);
    } else if (circle !== null) {
      report.invalid(origin, `these take over from each other: ${circle.join(" → ")}`);
    } else if (byName.get(fallback)?.dependsOn.some(({ process }) => process === name) === true) {
      report.invalid(origin, `"${fallback}" depends on "${name}", so it cannot take over from it`);
    } else if (spec.dependsOn.some(({ process }) => process === fallback)) {
      report.invalid(
        origin,
        `"${name}" depends on "${fallback}", so that cannot take over from it`,
      );
    } else if (isMap(target.data) && target.data["autostart"] === true) {
      const text = `"${fallback}" starts only when it is needed, so it cannot have \`autostart: true\``;
      report.invalid(origin, text);
    }
  }
}

/** The way back to a process over fallbacks; null when there is none. */
function circleFrom(
  { name, fallback }: ProcessSpec,
  byName: ReadonlyMap<string, ProcessSpec>,
): readonly string[] | null {
  const path = [name];
  for (let next = fallback; next !== undefined; next = byName.get(next)?.fallback) {
    const isBack = next === name;
    if (!isBack && path.includes(next)) return null;
    path.push(next);
    if (isBack) return path;
  }
  return null;
}
