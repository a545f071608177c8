/** Targets as candidates: processes, groups and `all` of the project at hand, instances and other projects once they
 *  are begun to be written. */

import type { ProjectSpec } from "../../model/spec.ts";
import type { KnownNames } from "./known-names.ts";

export type Candidate = readonly [value: string, about: string];

/** `begun` is what is written of it. */
export function targetCandidates(
  begun: string,
  { all, here }: { readonly all: readonly KnownNames[]; readonly here: readonly KnownNames[] },
): readonly Candidate[] {
  const [project, rest] = begun.split(/\/(.*)/s);
  if (rest !== undefined) {
    return all
      .filter(({ name }) => name === project)
      .flatMap(({ name, spec }) =>
        targetsIn(spec, rest).map(([target, about]): Candidate => [`${name}/${target}`, about]),
      );
  }
  const own = here.flatMap(({ spec }) => targetsIn(spec, begun));
  // Outside of a project only the long form will do.
  const others = here.length > 0 && begun === "" ? [] : all;
  return [...own, ...others.map(({ name, directory }): Candidate => [`${name}/`, directory])];
}

function targetsIn({ processes, groups }: ProjectSpec, begun: string): readonly Candidate[] {
  const all = Object.values(processes);
  const instances = all
    .filter(({ name }) => begun.startsWith(`${name}.`))
    .flatMap(({ name, instances: count }) =>
      Array.from({ length: count }, (_, nth): Candidate => [`${name}.${nth + 1}`, "instance"]),
    );
  const named = new Set([...Object.keys(groups), ...all.flatMap((it) => it.groups)]);
  return [
    ...all.map(({ name, description, command }): Candidate => {
      const line = command.kind === "line" ? command.line : command.argv.join(" ");
      return [name, description ?? line];
    }),
    ...instances,
    ...[...named].map((name): Candidate => [`@${name}`, "group"]),
    ["all", "every process"],
  ];
}
