/** Whom a run may send to: the instances of its own project, named by a target as on the command line. */

import { instancesOfProcess, resolveTargets } from "../core/targets.ts";
import type { ChannelRun, Found } from "../ipc/run-channel.ts";
import { fail, ProcmanError } from "../model/errors.ts";
import { instanceName, parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { Instance, World } from "../model/state.ts";

/** Looking through so many instances costs as much as a message. */
const INSTANCES_A_MESSAGE = 20;

export function receiversOf(world: World, { instance }: ChannelRun, to: string): Found {
  const { project } = parseInstanceId(instance);
  const name = to.startsWith(`${project}/`) ? to.slice(project.length + 1) : to;
  const named = plainlyNamed(world, project, name);
  if (named.length > 0) return { receivers: named.map(receiver), cost: 0 };
  if (name.includes("/") || /^\d+$/.test(name)) {
    const hint = "A process sends to those of its own project, by their names.";
    return fail("PROCESS_NOT_FOUND", `Cannot send to '${to}': there is none of that name`, hint);
  }
  const found = resolveTargets(world, project, [name]);
  if (!found.ok) throw new ProcmanError(found.problem);
  const cost = Math.ceil(world.instances.size / INSTANCES_A_MESSAGE);
  return { receivers: found.instances.map(receiver), cost };
}

/** `api` and `api.2`, which are most of all, without a search. */
function plainlyNamed(world: World, project: string, name: string): readonly Instance[] {
  const one = world.instances.get(`${project}/${name}` as InstanceId);
  return one === undefined ? instancesOfProcess(world, project, name) : [one];
}

function receiver({ process, index, state }: Instance): Found["receivers"][number] {
  return { name: instanceName(process, index), runId: "run" in state ? state.run.id : null };
}
