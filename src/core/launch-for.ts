/** What is executed for an instance, as things are in the middle of a step. */

import type { RunId } from "../model/ids.ts";
import { own } from "../model/own.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance } from "../model/state.ts";
import { launchOf, type LaunchResult } from "./launch.ts";
import type { Turn } from "./turn.ts";

/** `instead`: what is otherwise than in its definition. */
export function launchFor(
  turn: Turn,
  instance: Instance,
  runId: RunId,
  instead: Partial<ProcessSpec> = {},
): LaunchResult {
  const project = turn.projectOf(instance);
  return launchOf({
    project: project.spec,
    process: { ...turn.specOf(instance), ...instead },
    instance: instance.id,
    index: instance.index,
    runId,
    callerEnv: own(project.callerEnv, instance.process) ?? {},
    home: turn.home,
    childSocket: turn.childSocket,
  });
}
