/** Groups of processes, and the targets that profiles name. */

import { processNameProblem } from "../../model/ids.ts";
import type { GroupSpec, ProcessSpec } from "../../model/spec.ts";
import { own } from "../../model/own.ts";
import { didYouMean } from "../nearest.ts";
import type { Report } from "../report.ts";
import type { ProjectValues } from "../schema/project.ts";
import { limitsOf } from "./process.ts";
import { type Node, originAt, type Path } from "../tree.ts";

/** Members by `groups` of the project and by `groups` of the processes themselves, in the order of the processes. */
export function groupsOf(
  values: ProjectValues,
  specs: readonly ProcessSpec[],
  top: Node,
  names: ReadonlySet<string>,
  report: Report,
): Readonly<Record<string, GroupSpec>> {
  const members = new Map<string, Set<string>>();
  for (const [group, given] of Object.entries(values.groups ?? {})) {
    const wrong = processNameProblem(group);
    if (wrong !== null)
      report.invalid(originAt(top, ["groups", group]), `not a group's name: ${wrong}`);
    const listed = Array.isArray(given) ? given : (given.members ?? []);
    const path = Array.isArray(given) ? ["groups", group] : ["groups", group, "members"];
    members.set(
      group,
      new Set(
        listed.flatMap((member, at) =>
          expandMember(member, [...path, String(at)], top, names, report),
        ),
      ),
    );
  }
  for (const spec of specs) {
    for (const group of spec.groups) {
      members.set(group, (members.get(group) ?? new Set()).add(spec.name));
    }
  }
  return Object.fromEntries(
    [...members].map(([group, inside]) => [
      group,
      {
        members: specs.map((spec) => spec.name).filter((name) => inside.has(name)),
        ...strategyOf(own(values.groups ?? {}, group)),
        ...groupLimitsOf(own(values.groups ?? {}, group)),
      },
    ]),
  );
}

/** The default is left out, so that definitions stored before there were others stay the same. */
function strategyOf(
  group: NonNullable<ProjectValues["groups"]>[string] | undefined,
): Pick<GroupSpec, "strategy"> {
  if (group === undefined || !("strategy" in group)) return {};
  const { strategy = "one-for-one" } = group;
  return strategy === "one-for-one" ? {} : { strategy };
}

function groupLimitsOf(
  group: NonNullable<ProjectValues["groups"]>[string] | undefined,
): Pick<GroupSpec, "limits"> {
  return group === undefined || !("limits" in group) ? {} : limitsOf(group.limits);
}

/** Control groups are a tree: a process is in one of them, so it can be limited together with one group's others. */
export function checkGroupLimits(
  groups: Readonly<Record<string, GroupSpec>>,
  specs: readonly ProcessSpec[],
  top: Node,
  report: Report,
): void {
  const limited = Object.keys(groups).filter((group) => groups[group]?.limits !== undefined);
  for (const { name } of specs) {
    const its = limited.filter((group) => groups[group]?.members.includes(name));
    if (its.length < 2) continue;
    const names = its.map((group) => `"${group}"`).join(" and ");
    const text = `a process can be in one group with limits, and "${name}" is in ${names}`;
    report.invalid(originAt(top, ["groups", its[1]!, "limits"]), text);
  }
}

/** Reports targets in any profile that name nothing. */
export function checkProfiles(
  values: ProjectValues,
  top: Node,
  names: ReadonlySet<string>,
  groups: ReadonlySet<string>,
  report: Report,
): void {
  for (const [profile, given] of Object.entries(values.profiles ?? {})) {
    const path = Array.isArray(given) ? ["profiles", profile] : ["profiles", profile, "processes"];
    const targets = Array.isArray(given) ? given : (given.processes ?? []);
    for (const [at, target] of targets.entries()) {
      const problem = targetProblem(target, names, groups);
      if (problem) report.invalid(originAt(top, [...path, String(at)]), problem.text, problem.hint);
    }
  }
}

/** The targets of the chosen profiles, each once; null when none of them says what to start. */
export function selectionOf(
  values: ProjectValues,
  profiles: readonly string[],
  report: Report,
): readonly string[] | null {
  const selection = new Set<string>();
  let says = false;
  for (const name of profiles) {
    const profile = Object.hasOwn(values.profiles ?? {}, name)
      ? values.profiles?.[name]
      : undefined;
    if (profile === undefined) {
      const known = Object.keys(values.profiles ?? {});
      const hint =
        didYouMean(name, known) ?? (known.length > 0 ? `There are: ${known.join(", ")}.` : null);
      report.general(
        "CONFIG_INVALID",
        `Cannot use profile "${name}": the configuration has no such profile`,
        hint,
      );
      continue;
    }
    const targets = Array.isArray(profile) ? profile : profile.processes;
    for (const target of targets ?? []) selection.add(target);
    says ||= targets !== undefined;
  }
  return says ? [...selection] : null;
}

/** Why a target names nothing; null when it names something. */
export function targetProblem(
  target: string,
  names: ReadonlySet<string>,
  groups: ReadonlySet<string>,
) {
  if (target === "all") return null;
  if (target.startsWith("@")) {
    const group = target.slice(1);
    if (groups.has(group)) return null;
    return { text: `there is no group "${group}"`, hint: didYouMean(group, groups) };
  }
  const process = target.replace(/\.\d+$/, "");
  if (isGlob(target)) {
    const glob = new Bun.Glob(target);
    return [...names].some((name) => glob.match(name))
      ? null
      : { text: `no process matches "${target}"`, hint: null };
  }
  if (names.has(process)) return null;
  return { text: `there is no process "${process}"`, hint: didYouMean(process, names) };
}

function expandMember(
  member: string,
  path: Path,
  top: Node,
  names: ReadonlySet<string>,
  report: Report,
): readonly string[] {
  if (names.has(member)) return [member];
  const glob = new Bun.Glob(member);
  const matching = isGlob(member) ? [...names].filter((name) => glob.match(name)) : [];
  if (matching.length === 0) {
    const text = isGlob(member)
      ? `no process matches "${member}"`
      : `there is no process "${member}"`;
    report.invalid(originAt(top, path), text, didYouMean(member, names));
  }
  return matching;
}

function isGlob(text: string): boolean {
  return /[*?[\]{}]/.test(text);
}
