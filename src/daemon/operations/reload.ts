/** The operation that replaces runs without a gap: what runs is replaced one by one, what does not run is started. */

import { mayRunBeside } from "../../core/may-run-beside.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { problem, type Problem } from "../../model/errors.ts";
import type { InstanceId } from "../../model/ids.ts";
import type { Instance } from "../../model/state.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { ask, toRestart } from "./lifecycle.ts";
import { isReady, outcomes, type Judge, type Verdict } from "./outcomes.ts";
import { enabledOf } from "./selection.ts";
import { settling } from "./settling.ts";

export function reloadOperations(context: DaemonContext): Pick<Handlers, "reload"> {
  return {
    async reload(input, signal) {
      const named = enabledOf(context, toRestart(context, { ...input, withDependents: false }));
      const hindered = new Map<InstanceId, Problem>();
      for (const instance of named) {
        const hindrance = hindranceOf(context, instance);
        if (hindrance !== null) hindered.set(instance.id, hindrance);
      }
      const asked = named.filter(({ id }) => !hindered.has(id));
      await ask(context, asked, { kind: "reload-asked" });
      const reloaded = isReloaded(isReady(settling(context)));
      const judge: Judge = (now, was) => {
        const hindrance = hindered.get(was.id);
        return hindrance === undefined ? reloaded(now, was) : { kind: "never", problem: hindrance };
      };
      const timeoutMs = input.timeoutMs ?? null;
      const awaited = { context, action: "reload", before: named, judge, timeoutMs, signal };
      return { results: await outcomes(awaited) };
    },
  };
}

/** Of what does not run nothing stands in the way of a start. */
function hindranceOf(
  { supervisor: { world } }: DaemonContext,
  { id, project, process, state }: Instance,
): Problem | null {
  const spec = definitionOf(world.projects.get(project), process);
  const hindrance = spec === undefined ? null : mayRunBeside(spec);
  if (hindrance === null || state.kind !== "running") return null;
  return problem("RELOAD_FAILED", `Cannot reload ${id}: ${hindrance.reason}`, hindrance.hint);
}

/** A newer run is ready, and nothing is left of the one before. */
export function isReloaded(readiness: Judge): Judge {
  return (now, before) => {
    const { id, process } = before;
    if (now?.reload?.kind === "failed") {
      const message = `Cannot reload ${id}: ${now.reload.reason}`;
      const hint = `What ran before goes on. 'procman logs ${process}' shows what the new run has written.`;
      return { kind: "never", problem: problem("RELOAD_FAILED", message, hint) };
    }
    if (now?.desired !== "up") return calledOff(before);
    if (now.reload !== undefined || now.beside !== undefined) return null;
    const isNew = (now.lastRun?.generation ?? 0) > before.generation;
    if (isNew || !("run" in now.state)) return readiness(now, before);
    // It is the run of before, and nothing is to take its place: a stop came, and was taken back.
    return now.state.kind === "running" ? calledOff(before) : null;
  };
}

function calledOff({ id }: Instance): Verdict {
  const message = `Cannot reload ${id}: it was asked to stop meanwhile`;
  return { kind: "never", problem: problem("CANCELLED", message) };
}
