/** Operations that only look: list, inspect, wait, events. */

import { dependents } from "../../core/dependencies.ts";
import { launchOf } from "../../core/launch.ts";
import { instancesOfProcess } from "../../core/targets.ts";
import type { Confinement } from "../../model/confinement.ts";
import { fail } from "../../model/errors.ts";
import type { ProjectName } from "../../model/ids.ts";
import type { JournalEvent } from "../../model/events.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { Exit, Instance, Project } from "../../model/state.ts";
import {
  wireEvent,
  wireProbe,
  type Inspection,
  type WireEvent,
  type WireLimit,
  type WireSharing,
} from "../../protocol/shapes.ts";
import { publicState } from "../../protocol/status.ts";
import { maskProbe, maskSecrets } from "../../protocol/secrets.ts";
import { wireMetric } from "../../protocol/told-metrics.ts";
import type { InputOfOperation } from "../../protocol/operations.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { eventChoice } from "./event-choice.ts";
import { followEvents, placeOfLast } from "./event-stream.ts";
import { outcomes } from "./outcomes.ts";
import { projectAt, select, selectOrAll } from "./selection.ts";
import { waitJudge } from "./wait-conditions.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { own } from "../../model/own.ts";

type Looking = Pick<Handlers, "list" | "inspect" | "wait" | "events">;

/** Events shown of one instance, and how far back they are looked for. */
const RECENT_EVENTS = 20;
const RECENT_WITHIN = 2_000;

export function lookingOperations(context: DaemonContext): Looking {
  const { statuses } = context;
  return {
    async list(input) {
      const found = await context.metering.refresh(selectOrAll(context, input));
      return found.map((it) => statuses.of(it));
    },

    async inspect(input) {
      const found = select(context, { ...input, targets: [input.target] });
      const [instance] = await context.metering.refresh(found.slice(0, 1));
      if (instance === undefined) {
        return fail("PROCESS_NOT_FOUND", `Cannot find '${input.target}'`);
      }
      const sharing = await context.balancing.sharingOf(instance);
      return inspect(context, instance, input, sharing);
    },

    async wait(input, signal) {
      const before = select(context, input);
      const judge = waitJudge(context, input.for);
      const { timeoutMs } = input;
      const action = `wait --for ${input.for}`;
      const awaited = { context, action, before, judge, timeoutMs, signal, allOrNone: true };
      return { results: await outcomes(awaited) };
    },

    // What throws here is answered; what throws later cuts the stream.
    events(input, signal) {
      const isWanted = eventChoice(context, input, projectOf(context, input));
      return selectEvents(context, input, isWanted, signal);
    },
  };
}

/** Null: of every one. Who goes on where he was may follow one that was forgotten meanwhile. */
function projectOf(context: DaemonContext, input: InputOfOperation<"events">): ProjectName | null {
  const { all, afterSeq, project } = input;
  if (all) return null;
  return afterSeq !== null && project !== null ? project : projectAt(context, input).spec.name;
}

async function* selectEvents(
  context: DaemonContext,
  input: InputOfOperation<"events">,
  isWanted: (event: WireEvent) => boolean,
  signal: AbortSignal,
): AsyncGenerator<WireEvent> {
  const { last } = input;
  const from = last === undefined || last === null ? null : placeOfLast(context, last, isWanted);
  for await (const event of followEvents(context, input, from, signal)) {
    if (isWanted(event)) yield event;
  }
}

function inspect(
  context: DaemonContext,
  instance: Instance,
  input: InputOfOperation<"inspect">,
  sharing: WireSharing | null,
): Inspection {
  const { world } = context.supervisor;
  const project = world.projects.get(instance.project);
  const spec = definitionOf(project, instance.process);
  if (project === undefined || spec === undefined) {
    return fail("PROCESS_NOT_FOUND", `Cannot find '${input.target}'`);
  }
  const { state, lastExit } = instance;
  const run = "run" in state && "pid" in state.run ? state.run : null;
  const tree = run === null ? { nodes: [], listening: [] } : context.probeTree(run.id, run);
  const env = environmentOf(context, project, instance, spec);
  const { env: layers, ...config } = spec;
  return {
    status: context.statuses.of(instance),
    config: input.reveal === true ? config : withoutSecrets(config),
    env: input.reveal === null ? null : input.reveal ? env : maskSecrets(env),
    envNames: [...new Set([...Object.keys(env), ...Object.keys(layers)])].toSorted(),
    events: recentEvents(context, instance).map(wireEvent),
    probes: run === null ? [] : context.prober.historyOf(run.id).map(wireProbe),
    metrics: run === null ? [] : context.channels.metricsOf(run.id).map(wireMetric),
    tree: tree.nodes,
    listening: tree.listening,
    limits: wireLimits(run?.confinement),
    lastExit: lastExit === null ? null : wireExit(lastExit),
    dependsOn: spec.dependsOn.map(({ process, condition }) => ({
      process,
      condition,
      state: statesOf(context, instance.project, process),
    })),
    dependents: dependents(project).get(instance.process) ?? [],
    watching: context.watching.report(instance.id),
    sharing,
  };
}

function wireLimits({ own: mine = [], shared = null }: Partial<Confinement> = {}): WireLimit[] {
  const theirs = shared?.limits.map((it) => ({ ...it, group: shared.name })) ?? [];
  return [...mine.map((it) => ({ ...it, group: null })), ...theirs];
}

function withoutSecrets(config: Omit<ProcessSpec, "env">): Omit<ProcessSpec, "env"> {
  const { ready, health } = config;
  return {
    ...config,
    ready: ready.map(maskProbe),
    ...(health === undefined ? {} : { health: health.map(maskProbe) }),
  };
}

export function wireExit({ code, signal, known, atMs }: Exit): NonNullable<Inspection["lastExit"]> {
  return { code, signal, known, at: new Date(atMs).toISOString() };
}

function environmentOf(
  context: DaemonContext,
  project: Project,
  instance: Instance,
  process: Project["retired"][string],
): Readonly<Record<string, string>> {
  const made = launchOf({
    project: project.spec,
    process,
    instance: instance.id,
    index: instance.index,
    runId: instance.lastRun?.id ?? "",
    callerEnv: own(project.callerEnv, instance.process) ?? {},
    home: context.supervisor.world.home,
    childSocket: context.supervisor.world.childSocket ?? null,
  });
  return made.ok ? made.launch.env : {};
}

function recentEvents(context: DaemonContext, { id }: Instance): JournalEvent[] {
  const { lastSeq } = context.supervisor;
  return context.store
    .eventsAfter(lastSeq - RECENT_WITHIN, RECENT_WITHIN)
    .filter((event) => event.instanceId === id)
    .slice(-RECENT_EVENTS);
}

function statesOf(context: DaemonContext, project: string, process: string) {
  const instances = instancesOfProcess(context.supervisor.world, project, process);
  return instances.map(({ state }) => publicState(state));
}
