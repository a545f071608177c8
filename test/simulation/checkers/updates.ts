/** Promises about runtime updates: what was set holds, whoever defines the project again, and none is lost. */

import { KNEW, LATEST } from "../inputs.ts";
import { broken, type Checker } from "./checker.ts";

export function updatesHold(): Checker {
  return {
    promise: "a process has the number of instances that was set for it",
    committed(_before, after) {
      for (const { spec, updates } of after.projects.values()) {
        for (const [process, { instances }] of Object.entries(updates)) {
          const wanted = spec.processes[process]?.instances;
          if (wanted === undefined) broken(`${process} has updates and no definition`);
          if (instances !== undefined && Number(instances) !== wanted) {
            broken(`${process} was set to ${instances} instances, and is to have ${wanted}`);
          }
        }
      }
    },
    rested(world) {
      for (const [project, { spec, updates }] of world.projects) {
        for (const process of Object.keys(updates)) {
          const wanted = spec.processes[process]?.instances ?? 0;
          const there = [...(world.byProcess.get(`${project}/${process}`) ?? [])].filter(
            (id) =>
              world.instances.get(id)?.desired !== "gone" &&
              world.instances.get(id)?.extra !== true,
          ).length;
          if (there > wanted) broken(`${process} has ${there} instances instead of ${wanted}`);
        }
      }
    },
  };
}

export function updatesFollow(): Checker {
  return {
    promise: "an update of a process is made by somebody who knows the one before",
    committed(before, after) {
      for (const [project, { updates }] of after.projects) {
        for (const [process, present] of Object.entries(updates)) {
          const was = before.projects.get(project)?.updates[process]?.[LATEST] ?? "";
          const { [LATEST]: now = "", [KNEW]: knew = "" } = present;
          if (now !== was && knew !== was) broken(`${process} was updated without knowing ${was}`);
        }
      }
    },
  };
}
