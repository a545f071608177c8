/** The operation `adopt`: a process that runs already becomes the run of an instance. */

import { instancesOfProcess } from "../../core/targets.ts";
import { fail } from "../../model/errors.ts";
import { own } from "../../model/own.ts";
import { sight } from "../../platform/strangers.ts";
import type { AdoptInput } from "../../protocol/strangers.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { named } from "./definitions.ts";
import { ask } from "./lifecycle.ts";
import { resultOf } from "./outcomes.ts";
import { owners, refuse } from "./strangers.ts";

export function adoptOperations(context: DaemonContext): Pick<Handlers, "adopt"> {
  return {
    async adopt(input) {
      const { identity, name } = input;
      const { supervisor } = context;
      const cannot = `Cannot adopt pid ${identity.pid} as ${name}`;
      refuseUnfit(context, input, cannot);
      const project = await define(context, input, cannot);
      const instances = instancesOfProcess(supervisor.world, project, name);
      const free = instances.find(({ state }) => !("run" in state));
      if (free === undefined) {
        const hint = `Stop it first, or choose another name with --name.`;
        fail("NAME_TAKEN", `${cannot}: ${instances[0]?.id ?? name} runs already`, hint);
      }
      await ask(context, [free], { kind: "adopt-asked", identity });
      const { state } = supervisor.world.instances.get(free.id) ?? free;
      const pid = "run" in state && "pid" in state.run ? state.run.pid : null;
      // Somebody else took it over, or something else was started, in the same moment.
      if (pid !== identity.pid) fail("MANAGED", `${cannot}: it was taken over meanwhile`);
      return { results: [resultOf(supervisor.world, free.id, "adopt", true, null)] };
    },
  };
}

function refuseUnfit(context: DaemonContext, { identity }: AdoptInput, cannot: string): void {
  const seen = sight(identity.pid, owners(context));
  if (seen === null || seen.startTicks !== identity.startTicks) {
    return fail("PROCESS_NOT_FOUND", `${cannot}: it has ended`);
  }
  refuse(seen, cannot);
}

/** Makes the daemon know a process of that name: the one that it knows, the configuration's, or an ad-hoc one. */
async function define(context: DaemonContext, input: AdoptInput, cannot: string): Promise<string> {
  const { name, definition, env } = input;
  const { supervisor } = context;
  const known = context.projects.forAdHoc(input, definition);
  if (own(known.processes, name)?.adHoc === undefined) {
    if (Object.hasOwn(known.processes, name)) return known.name;
    if (definition !== null && Object.hasOwn(definition.spec.processes, name)) {
      const { profiles, updates, callerEnv } = definition;
      const spec = named(context, definition);
      const meant = { spec, profiles, updates, only: [name], callerEnv };
      await supervisor.submit({
        kind: "project-defined",
        ...meant,
        updateEnv: false,
        prune: false,
      });
      return spec.name;
    }
  }
  if (instancesOfProcess(supervisor.world, known.name, name).some(({ state }) => "run" in state)) {
    fail("NAME_TAKEN", `${cannot}: another process runs under that name`);
  }
  const process = { ...input.process, name, adHoc: true, autostart: false } as const;
  await supervisor.submit({ kind: "ad-hoc-defined", project: known, process, callerEnv: env });
  return known.name;
}
