/** The names that completion offers, straight from the registry: no daemon is asked and no configuration is read. */

import { Database } from "bun:sqlite";
import { join } from "node:path";
import type { ProjectSpec } from "../../model/spec.ts";

/** A project, as far as completion is concerned. */
export interface KnownNames {
  readonly name: string;
  readonly directory: string;
  readonly spec: ProjectSpec;
}

/** Every project of a home; none when it has no registry, or one that cannot be read. */
export function knownNames(home: string): readonly KnownNames[] {
  try {
    const database = new Database(join(home, "registry.db"), { readonly: true });
    try {
      const rows = database.query("SELECT name, json FROM projects").all();
      return (rows as { name: string; json: string }[]).map(({ name, json }) => {
        const { spec } = JSON.parse(json) as Pick<KnownNames, "spec">;
        return { name, directory: spec.directory, spec };
      });
    } finally {
      database.close();
    }
  } catch {
    return []; // Absent, locked or damaged: somebody presses a key and wants no error.
  }
}

/** The projects that a directory belongs to: those that live deepest on its path. */
export function projectsAt(
  projects: readonly KnownNames[],
  directory: string,
): readonly KnownNames[] {
  const here = projects.filter((it) => `${directory}/`.startsWith(`${it.directory}/`));
  const deepest = Math.max(0, ...here.map((it) => it.directory.length));
  return here.filter((it) => it.directory.length === deepest);
}
