/** The operation `run`: an ad-hoc process in the project of a place, or in the one for those that belong to none. */

import { isTaken } from "../../core/ad-hoc.ts";
import { isSameValue } from "../../core/definition-changes.ts";
import { instancesOfProcess } from "../../core/targets.ts";
import { fail, SPAWN_ERRORS } from "../../model/errors.ts";
import { own } from "../../model/own.ts";
import type { ProcessSpec, ProjectSpec } from "../../model/spec.ts";
import type { Instance, World } from "../../model/state.ts";
import type { RunInput, RunOutput } from "../../protocol/definition-inputs.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import { heldBy, takeLease } from "./leases.ts";
import { runInputOf } from "./creating.ts";
import { ask } from "./lifecycle.ts";
import { isSpawnedAnew, outcomes, resultOf } from "./outcomes.ts";

export function adHocOperations(context: DaemonContext): Pick<Handlers, "run" | "create"> {
  // From the choice of a name until that is taken nobody else chooses: the later one would be told of the earlier one's
  // command as if it were its own.
  let last: Promise<unknown> = Promise.resolve();
  const run = async (input: RunInput, signal: AbortSignal): Promise<RunOutput> => {
    const begun = last.then(() => begin(context, input));
    last = begun.catch(() => null);
    const { output, ...asked } = await begun;
    return output ?? finish(context, asked, signal);
  };
  return {
    run,
    create: async (input, signal) => run(await runInputOf(context, input), signal),
  };
}

interface Asked {
  readonly project: ProjectSpec;
  readonly name: string;
  readonly before: readonly Instance[];
  readonly lease: string | null;
  readonly afterSeq: number;
}

type Begun = Asked & {
  /** Not null when it runs already. */
  readonly output: RunOutput | null;
};

async function begin(context: DaemonContext, input: RunInput): Promise<Begun> {
  const { supervisor } = context;
  const afterSeq = supervisor.lastSeq;
  const { definition: spec, nameIsExplicit } = input;
  const project = context.projects.forAdHoc(input, spec === null ? null : { spec, nameIsExplicit });
  const same = input.fresh === true ? null : sameProcess(project, input);
  const name = same?.name ?? nameFor(supervisor.world, project, input);
  const instancesNow = () => instancesOfProcess(supervisor.world, project.name, name);
  const running = same === null ? [] : instancesNow().filter(isTaken);
  if (running.length > 0 && running.every(({ desired }) => desired === "up")) {
    const held = heldBy(context, await takeLease(context, input.holder));
    const result = resultOf(supervisor.world, running[0]!.id, "run", false, null);
    const attached = !held.includes(result.id);
    const output = { project: project.name, result, held, attached, afterSeq };
    return { project, name, before: running, lease: null, afterSeq, output };
  }
  const process: ProcessSpec = { ...input.process, name, adHoc: true, autostart: false };
  const was = new Map(supervisor.world.instances);
  const { callerEnv } = input;
  await supervisor.submit({ kind: "ad-hoc-defined", project, process, callerEnv });
  const instances = instancesNow();
  const lease = await takeLease(context, input.holder);
  await ask(context, instances, { kind: "start-asked", gated: true, lease });
  const before = instances.map((it) => was.get(it.id) ?? it);
  return { project, name, before, lease, afterSeq, output: null };
}

async function finish(
  context: DaemonContext,
  { project, name, before, lease, afterSeq }: Asked,
  signal: AbortSignal,
): Promise<RunOutput> {
  const { supervisor } = context;
  const judge = isSpawnedAnew;
  const results = await outcomes({
    context,
    action: "run",
    before,
    judge,
    timeoutMs: null,
    signal,
  });
  const result = withSpawnError(context, results[0]!);
  if (hasNeverBegun(instancesOfProcess(supervisor.world, project.name, name))) {
    const gone = { project: project.name, processes: [name], timeoutMs: null };
    await supervisor.submit({ kind: "processes-retired", ...gone });
  }
  return { project: project.name, result, held: heldBy(context, lease), attached: false, afterSeq };
}

/** The same command in the same directory, and when a name was given, under that name. */
function sameProcess({ processes }: ProjectSpec, input: RunInput): ProcessSpec | null {
  const { process, isNamed } = input;
  const found = Object.values(processes).find(
    (it) =>
      it.adHoc === true &&
      it.cwd === process.cwd &&
      isSameValue(it.command, process.command) &&
      (!isNamed || it.name === process.name),
  );
  return found ?? null;
}

function nameFor(world: World, project: ProjectSpec, input: RunInput): string {
  const { process, isNamed, reserved } = input;
  if (!isNamed) {
    const isFree = (name: string): boolean =>
      !reserved.includes(name) && !Object.hasOwn(project.processes, name);
    for (let nth = 1; ; nth += 1) {
      const name = nth === 1 ? process.name : `${process.name}-${nth}`;
      if (isFree(name)) return name;
    }
  }
  const { name } = process;
  const known = own(project.processes, name);
  const isConfigured = known === undefined ? reserved.includes(name) : known.adHoc !== true;
  const hint = "Choose another name with --name.";
  if (isConfigured) {
    fail("NAME_TAKEN", `Cannot run '${name}': the configuration has a process of that name`, hint);
  }
  if (known !== undefined && instancesOfProcess(world, project.name, name).some(isTaken)) {
    fail("NAME_TAKEN", `Cannot run '${name}': another command runs under that name`, hint);
  }
  return name;
}

/** A slip, which is told at once: nothing of it is worth to be kept. */
function hasNeverBegun(instances: readonly Instance[]): boolean {
  return instances.every(({ state, lastRun }) => state.kind === "failed" && lastRun === null);
}

function withSpawnError({ supervisor }: DaemonContext, result: ActionResult): ActionResult {
  const state = [...supervisor.world.instances.values()].find(({ id }) => id === result.id)?.state;
  const spawnError = state?.kind === "failed" ? state.spawnError : undefined;
  const code = spawnError === undefined ? undefined : SPAWN_ERRORS[spawnError];
  if (code === undefined || result.error === null) return result;
  return { ...result, error: { ...result.error, code } };
}
