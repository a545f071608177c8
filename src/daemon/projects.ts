/** Which project a command means, and what a new one is called. */

import { relative } from "node:path";
import { fail } from "../model/errors.ts";
import { AD_HOC_PROJECT, type ProjectName } from "../model/ids.ts";
import { meantAmong } from "../model/meant-project.ts";
import type { ProjectSpec } from "../model/spec.ts";
import type { Project, World } from "../model/state.ts";
import { isSameValue } from "../core/definition-changes.ts";
import type { Place } from "../protocol/operations.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

export class Projects {
  readonly #supervisor: Supervisor;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  /** The project of a place, or null when none is known there. A name that is not known is an error. */
  find({ project, directory, exact, files, found, anywhere }: Place): Project | null {
    const { projects } = this.#world;
    if (project !== null) {
      const named = projects.get(project);
      if (named !== undefined) return named;
      const hint = "'procman ls --all' shows every project.";
      return fail("PROJECT_NOT_FOUND", `Cannot find project '${project}'`, hint);
    }
    if (anywhere === true) return null;
    const here = [...projects.values()].filter(({ spec }) =>
      spec.name === AD_HOC_PROJECT
        ? false
        : exact
          ? spec.directory === directory
          : contains(spec.directory, directory),
    );
    const deepest = Math.max(...here.map(({ spec }) => spec.directory.length));
    const all = here.filter(
      ({ spec }) =>
        spec.directory.length === deepest && files.every((file) => spec.files.includes(file)),
    );
    const nearest = meantAmong(all, found);
    if (nearest.length > 1) {
      const names = nearest.map(({ spec }) => nameWithFiles(spec)).join(", ");
      const hint = "Choose one with -p, or give the -f files that it was started with.";
      fail("AMBIGUOUS_TARGET", `Cannot tell which project is meant: ${names}`, hint);
    }
    return nearest[0] ?? null;
  }

  /** The name under which a definition is kept: its own, or one with a suffix when another project has it. */
  nameFor(spec: ProjectSpec, nameIsExplicit: boolean): ProjectName {
    const sameNamed = this.#world.projects.get(spec.name);
    if (sameNamed === undefined || isSameProject(sameNamed.spec, spec)) return spec.name;
    if (nameIsExplicit && sameNamed.spec.directory === spec.directory) return spec.name;
    const suffix = Bun.hash(`${spec.directory}\n${spec.files.join("\n")}`)
      .toString(16)
      .slice(0, 4);
    return `${spec.name}-${suffix}`;
  }

  /** What an ad-hoc process is put into: the project of the place, else a new one of that definition without its
   *  processes, else the one of those that belong to none. */
  forAdHoc(
    place: Place,
    definition: { readonly spec: ProjectSpec; readonly nameIsExplicit: boolean } | null,
  ): ProjectSpec {
    const known = place.project === AD_HOC_PROJECT ? null : this.find(place);
    if (known !== null) return known.spec;
    if (definition !== null) {
      const { spec, nameIsExplicit } = definition;
      return { ...spec, name: this.nameFor(spec, nameIsExplicit), groups: {}, processes: {} };
    }
    const nobodys = {
      name: AD_HOC_PROJECT,
      directory: this.#world.home,
      files: [],
      concurrency: 16,
      groups: {},
      processes: {},
    };
    return this.#world.projects.get(AD_HOC_PROJECT)?.spec ?? nobodys;
  }

  get #world(): World {
    return this.#supervisor.world;
  }
}

/** `shop (other.yaml)`. */
function nameWithFiles({ name, directory, files }: ProjectSpec): string {
  return `${name} (${files.map((file) => relative(directory, file)).join(", ")})`;
}

function isSameProject(one: ProjectSpec, other: ProjectSpec): boolean {
  return one.directory === other.directory && isSameValue(one.files, other.files);
}

function contains(directory: string, path: string): boolean {
  return (
    path === directory || path.startsWith(directory.endsWith("/") ? directory : `${directory}/`)
  );
}
