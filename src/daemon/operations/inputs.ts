/** Operations on what processes read: send, terminal, resize. */

import { inputOf } from "../../core/launch.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { fail, ProcmanError, type Problem } from "../../model/errors.ts";
import type { InputKind } from "../../model/spec.ts";
import type { Instance, Run } from "../../model/state.ts";
import type { TerminalView } from "../../protocol/inputs.ts";
import type { Handlers } from "../../transports/dispatch.ts";
import type { DaemonContext } from "../context.ts";
import type { Inputs } from "../../platform/inputs.ts";
import { resultOf } from "./outcomes.ts";
import { select } from "./selection.ts";

export function inputOperations(
  context: DaemonContext,
): Pick<Handlers, "send" | "terminal" | "resize"> {
  const { inputs, supervisor } = context;
  return {
    async send(input) {
      const results = select(context, input).map(async (instance) => {
        const error = await problemOf(() => send(context, inputs, instance, input));
        return resultOf(supervisor.world, instance.id, "send", error === null, error);
      });
      return { results: await Promise.all(results) };
    },

    async terminal(input): Promise<TerminalView> {
      const instances = select(context, { ...input, targets: [input.target] });
      const [instance, ...others] = instances;
      if (instance === undefined || others.length > 0) {
        const names = instances.map(({ id }) => id).join(", ");
        const hint = `There are ${names}: name one of them.`;
        return fail("AMBIGUOUS_TARGET", `Cannot attach to several processes at once`, hint);
      }
      const { id: runId, pid, startedAtMs } = readerOf(context, instance, "attach to", "terminal");
      return { id: instance.id, runId, pid, input: inputs.path(runId), startedAtMs };
    },

    async resize({ runId, columns, rows }) {
      await inputs.resize(runId, columns, rows);
      return { ok: true };
    },
  };
}

interface Sending {
  readonly text: string;
  readonly enter: boolean;
}

async function send(
  context: DaemonContext,
  inputs: Inputs,
  instance: Instance,
  { text, enter }: Sending,
): Promise<void> {
  const kind = inputKindOf(context, instance);
  const run = readerOf(context, instance, "send to", kind === "terminal" ? "terminal" : "pipe");
  // The key at the end of a line; a terminal makes of it what its program has asked for.
  const end = enter ? (kind === "terminal" ? "\r" : "\n") : "";
  await inputs.write(run.id, Buffer.from(text + end), instance.id);
}

/** The present run of an instance that has an input of that kind. */
function readerOf(
  context: DaemonContext,
  instance: Instance,
  action: string,
  kind: "pipe" | "terminal",
): Run {
  const cannot = `Cannot ${action} ${instance.id}`;
  const { state } = instance;
  if (inputKindOf(context, instance) !== kind) {
    const [lack, key] = kind === "terminal" ? ["terminal", "tty"] : ["input", "stdin"];
    const hint = `Set '${key}: true' in its definition, then 'procman up'.`;
    fail("NO_INPUT", `${cannot}: it has no ${lack}`, hint);
  }
  const run = "run" in state && "pid" in state.run ? state.run : null;
  if (run === null) {
    return fail("NO_INPUT", `${cannot}: it does not run`, `'procman start' starts it.`);
  }
  if (run.stranger === true) {
    const hint = "From its next start on it has one: 'procman restart'.";
    fail("NO_INPUT", `${cannot}: it was taken over while it ran, with the input that it had`, hint);
  }
  return run;
}

function inputKindOf({ supervisor }: DaemonContext, instance: Instance): InputKind {
  const project = supervisor.world.projects.get(instance.project);
  const spec = definitionOf(project, instance.process);
  return spec === undefined ? "none" : inputOf(spec);
}

async function problemOf(act: () => Promise<void>): Promise<Problem | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (error instanceof ProcmanError) return error.problem;
    throw error;
  }
}
