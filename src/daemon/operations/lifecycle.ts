/** Operations that move instances: start, stop, restart, kill, reset; and signal, which asks nothing of procman. */

import { isSweeping } from "../../core/targets.ts";
import { fail, problem, type Problem } from "../../model/errors.ts";
import type { InstanceId } from "../../model/ids.ts";
import type { InstanceRequest, ProcessIdentity } from "../../model/inputs.ts";
import type { Instance } from "../../model/state.ts";
import { isSignal, LAST_SIGNAL } from "../../platform/signals.ts";
import type { InputOfOperation, StartInput } from "../../protocol/operations.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import { publicState } from "../../protocol/status.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import {
  isReady,
  isSpawnedAnew,
  isStopped,
  ofRunNow,
  outcomes,
  resultOf,
  type Judge,
} from "./outcomes.ts";
import { enabledOf, isEnabled, select, selectWidened, withDependencies } from "./selection.ts";
import { settling } from "./settling.ts";

const START = { kind: "start-asked", gated: true, lease: null } as const;

type Lifecycle = Pick<Handlers, "start" | "stop" | "restart" | "kill" | "reset" | "signal">;

export function lifecycleOperations(context: DaemonContext): Lifecycle {
  return {
    async start(input, signal) {
      const named = enabledOf(context, selectWidened(context, input));
      const needed = withDependencies(context, named).filter(
        (it) => named.includes(it) || (isMissing(it) && isEnabled(context, it)),
      );
      const byName = namedThemselves(context, input);
      const now = needed.filter((it) => byName.has(it));
      const inTime = needed.filter((it) => !byName.has(it));
      await ask(context, inTime, START);
      await ask(context, now, { ...START, now: true });
      return finishStart(context, { ...input, action: "start", named, isStarted }, signal);
    },

    async stop(input, signal) {
      const named = selectWidened(context, input);
      await ask(context, named, { kind: "stop-asked", timeoutMs: input.timeoutMs });
      return finish(context, "stop", named, isStopped, signal);
    },

    async restart(input, signal) {
      const named = enabledOf(context, toRestart(context, input));
      const missing = withDependencies(context, named).filter(
        (it) => !named.includes(it) && isMissing(it) && isEnabled(context, it),
      );
      await ask(context, missing, START);
      await ask(context, named, { kind: "restart-asked" });
      const asked = { ...input, action: "restart", named, isStarted: isSpawnedAnew };
      return finishStart(context, asked, signal);
    },

    async kill(input, signal) {
      const named = selectWidened(context, input);
      await ask(context, named, { kind: "kill-asked" });
      return finish(context, "kill", named, isStopped, signal);
    },

    signal: async (input) => ({ results: sendSignals(context, input) }),

    async reset(input) {
      const named = select(context, input);
      await ask(context, named, { kind: "reset-asked" });
      const { world } = context.supervisor;
      return {
        results: named.map(({ id, restarts }) => resultOf(world, id, "reset", restarts > 0, null)),
      };
    },
  };
}

/** What is named, and of the rest what is meant to be up: nobody wants what was stopped, what has done its work or what
 *  was never started to run because of it. A stand-in goes with what it stands in for. */
export function toRestart(
  context: DaemonContext,
  input: InputOfOperation<"restart">,
): readonly Instance[] {
  const named = namedThemselves(context, input);
  return selectWidened(context, input).filter(
    (it) => named.has(it) || (it.desired === "up" && !isDone(it) && it.standsInFor === undefined),
  );
}

/** Its work is done, or its time has not come. */
function isDone({ state }: Instance): boolean {
  return state.kind === "completed" || state.kind === "scheduled";
}

/** Those that a target means which means nothing else. */
function namedThemselves(
  context: DaemonContext,
  input: InputOfOperation<"start" | "restart">,
): ReadonlySet<Instance> {
  const targets = input.targets.filter((it) => !isSweeping(it));
  return new Set(targets.length === 0 ? [] : select(context, { ...input, targets }));
}

/** A target of which nothing runs is an error; what does not run beside others that do is passed over. */
function sendSignals(
  context: DaemonContext,
  input: InputOfOperation<"signal">,
): readonly ActionResult[] {
  const { world } = context.supervisor;
  if (!isSignal(input.signal)) {
    const hint = `It is a name, such as SIGHUP, or a number from 1 to ${LAST_SIGNAL}.`;
    fail("INVALID_PARAMETER", `Cannot send '${input.signal}': there is no such signal`, hint);
  }
  const found = new Map<InstanceId, ActionResult>();
  for (const target of input.targets) {
    const named = select(context, { ...input, targets: [target] });
    const running = named.filter((it) => leaderOf(it) !== null);
    for (const instance of running.length > 0 ? running : named) {
      if (found.has(instance.id)) continue;
      const trouble = sendTo(context, instance, input.signal);
      const isSent = trouble === null;
      found.set(instance.id, resultOf(world, instance.id, "signal", isSent, trouble));
    }
  }
  return [...found.values()];
}

function sendTo(context: DaemonContext, instance: Instance, signal: string): Problem | null {
  const leader = leaderOf(instance);
  const outcome = leader === null ? "gone" : context.sendSignal(leader, signal);
  const what = `Cannot send ${signal} to ${instance.id}`;
  if (outcome === "refused") {
    return problem("PERMISSION_DENIED", `${what}: it runs as another user`);
  }
  if (outcome === "sent") return null;
  const hint = `'procman start ${instance.process}' starts it.`;
  return problem("NOT_RUNNING", `${what}: it is ${publicState(instance.state)}`, hint);
}

/** The process that leads the group of an instance's run; null when it is gone. */
function leaderOf({ state }: Instance): ProcessIdentity | null {
  const isLed = ["starting", "running", "leaving", "stopping"].includes(state.kind);
  return isLed && "run" in state && "pid" in state.run ? state.run : null;
}

/** What a start brings up on the way: what neither runs nor has done its work. */
export function isMissing({ state }: Instance): boolean {
  return ["stopped", "killed", "failed", "skipped", "suspended"].includes(state.kind);
}

export async function ask(
  context: DaemonContext,
  instances: readonly Instance[],
  request: InstanceRequest,
): Promise<void> {
  const ids: InstanceId[] = instances.map(({ id }) => id);
  if (ids.length === 0) return;
  await context.supervisor.submit({ kind: "instances-asked", instances: ids, request });
}

interface Start extends Pick<StartInput, "until" | "timeoutMs"> {
  readonly action: string;
  readonly named: readonly Instance[];
  readonly isStarted: Judge;
}

/** Answers when each has been started, or is ready, or cannot be. */
async function finishStart(context: DaemonContext, start: Start, signal: AbortSignal) {
  const { action, named, until, isStarted } = start;
  const readiness = ofRunNow(isReady(settling(context)));
  const judge: Judge = (now, was) => {
    const begun = isStarted(now, was);
    return begun?.kind === "met" && until === "ready" ? readiness(now, was) : begun;
  };
  const timeoutMs = start.timeoutMs ?? null;
  return { results: await outcomes({ context, action, before: named, judge, timeoutMs, signal }) };
}

export async function finish(
  context: DaemonContext,
  action: string,
  before: readonly Instance[],
  judge: Judge,
  signal: AbortSignal,
) {
  return { results: await outcomes({ context, action, before, judge, timeoutMs: null, signal }) };
}

/** Something that runs already is started; anything else has to be spawned anew. */
export const isStarted: Judge = (now, before) => {
  const ran = before.state.kind === "running" || before.state.kind === "starting";
  const isSame = now !== undefined && now.generation === before.generation;
  return ran && isSame ? { kind: "met" } : isSpawnedAnew(now, before);
};
