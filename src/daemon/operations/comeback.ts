/** Operations on what comes back: save and resurrect. */

import { isToComeBack } from "../../core/comeback.ts";
import { instancesOfProject } from "../../core/targets.ts";
import { own } from "../../model/own.ts";
import type { Project } from "../../model/state.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { resultOf } from "./outcomes.ts";
import { ask, finish, isMissing, isStarted } from "./lifecycle.ts";
import { withDependencies } from "./selection.ts";

export function comebackOperations(context: DaemonContext): Pick<Handlers, "save" | "resurrect"> {
  const { supervisor } = context;
  return {
    async save({ project, pins }) {
      const names = projectsMeant(context, project).map(({ spec }) => spec.name);
      for (const name of names) {
        await supervisor.submit({ kind: "save-asked", project: name, pins });
      }
      const saved = names.map((name) => ({
        project: name,
        processes: supervisor.world.projects.get(name)?.saved ?? null,
      }));
      return { projects: saved };
    },

    async resurrect({ project: named, byUnit }, signal) {
      const returning = projectsMeant(context, named).flatMap((project) =>
        instancesOfProject(supervisor.world, project).filter((it) => {
          const spec = own(project.spec.processes, it.process);
          return spec?.disabled === false && isToComeBack(project, it, byUnit);
        }),
      );
      const needed = withDependencies(context, returning).filter(
        (it) => returning.includes(it) || isMissing(it),
      );
      await ask(context, needed, { kind: "start-asked", gated: true, lease: null });
      // A boot waits for its units, and a dependency may take for ever.
      if (byUnit) {
        const { world } = supervisor;
        return { results: returning.map(({ id }) => resultOf(world, id, "resurrect", true, null)) };
      }
      return finish(context, "resurrect", returning, isStarted, signal);
    },
  };
}

function projectsMeant({ supervisor, projects }: DaemonContext, name: string | null): Project[] {
  if (name === null) return [...supervisor.world.projects.values()];
  const found = projects.find({ project: name, directory: "/", exact: true, files: [] });
  return found === null ? [] : [found];
}
