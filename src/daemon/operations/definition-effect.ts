/** What a definition will do to what is there: the changes it makes, and whom it restarts. */

import { feltIn, inForce } from "../../core/define.ts";
import { definitionChanges, isSameValue } from "../../core/definition-changes.ts";
import type { DefinitionChanges } from "../../model/definition-changes.ts";
import type { InstanceId, ProcessName } from "../../model/ids.ts";
import { own } from "../../model/own.ts";
import type { Project } from "../../model/state.ts";
import type { ApplyInput } from "../../protocol/definition-inputs.ts";
import type { DaemonContext } from "../context.ts";
import { placeOfLimits } from "./enforceable.ts";

export interface DefinitionEffect {
  readonly changes: DefinitionChanges;
  /** Processes that get another environment of the caller. */
  readonly renewed: readonly ProcessName[];
  readonly restarted: readonly InstanceId[];
}

type Meant = Pick<ApplyInput, "spec" | "updates" | "callerEnv" | "updateEnv"> & {
  readonly only: readonly ProcessName[] | null;
};

/** Asked before the definition is put in force. */
export function effectOf(context: DaemonContext, input: Meant): DefinitionEffect {
  const { world } = context.supervisor;
  const before = world.projects.get(input.spec.name);
  const changes = definitionChanges(before?.spec, inForce(before, input), placeOfLimits(world));
  const renewed = renewedBy(before, input);
  const felt = new Set([...feltIn(changes), ...renewed]);
  const restarted = [...world.instances.values()].filter(
    ({ project, process, desired, state }) =>
      project === input.spec.name && felt.has(process) && desired === "up" && "run" in state,
  );
  return { changes, renewed, restarted: restarted.map(({ id }) => id) };
}

function renewedBy(before: Project | undefined, input: Meant): readonly ProcessName[] {
  if (before === undefined || !input.updateEnv) return [];
  const meant = input.only ?? Object.keys(input.spec.processes);
  return meant.filter((process) => {
    const env = own(before.callerEnv, process);
    return env !== undefined && !isSameValue(env, input.callerEnv);
  });
}
