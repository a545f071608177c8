/** The channels of runs, and what runs may ask for over them. */

import type { ChannelRun, ChannelEnds } from "../ipc/run-channel.ts";
import { RunChannels } from "../ipc/channels.ts";
import { instancesOfProject } from "../core/targets.ts";
import { fail } from "../model/errors.ts";
import { parseInstanceId } from "../model/ids.ts";
import { own } from "../model/own.ts";
import type { Fact } from "../model/events.ts";
import type { Instance } from "../model/state.ts";
import type { DaemonContext } from "./context.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { receiversOf } from "./receivers.ts";

type Method = (context: DaemonContext, instance: Instance) => unknown;

/** What a run may ask for: what is read-only and harmless. */
const METHODS: Readonly<Record<string, Method>> = {
  /** Its own status object. */
  async status({ statuses, metering }, instance) {
    const [now = instance] = await metering.refresh([instance]);
    return statuses.of(now);
  },
  /** Those of its project. */
  async list({ statuses, metering, supervisor }, { project }) {
    const { world } = supervisor;
    const found = world.projects.get(project);
    if (found === undefined) return [];
    const now = await metering.refresh(instancesOfProject(world, found));
    return now.map((it) => statuses.of(it));
  },
};

/** `context` is asked for no sooner than a run says something. */
export function openChannels(context: () => DaemonContext, log: DaemonLog): RunChannels {
  const tell: ChannelEnds["tell"] = ({ instance, runId }, type, data) => {
    const { project, process, index } = parseInstanceId(instance);
    const of = { project, process, instance: index, instanceId: instance, runId };
    const told = submit(context(), { type, ...of, data });
    told.catch((error: unknown) => log.trouble("ipc", `cannot tell ${type} of ${instance}`, error));
  };
  return new RunChannels({
    tell,
    request: async (run, method) => answer(context(), run, method),
    find: (run, to) => receiversOf(context().supervisor.world, run, to),
    now: () => context().clock.now().wallMs,
  });
}

async function submit({ supervisor }: DaemonContext, fact: Fact): Promise<void> {
  await supervisor.submit({ kind: "facts-observed", facts: [fact] });
}

function answer(context: DaemonContext, run: ChannelRun, name: string): unknown {
  const method = own(METHODS, name);
  const instance = context.supervisor.world.instances.get(run.instance);
  if (method === undefined) {
    const known = Object.keys(METHODS).join(" and ");
    return fail("INVALID_PARAMETER", `Cannot answer '${name}': there is ${known}`);
  }
  if (instance === undefined) return fail("PROCESS_NOT_FOUND", `There is no ${run.instance}`);
  return method(context, instance);
}
