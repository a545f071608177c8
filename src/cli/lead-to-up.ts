/** A process that the daemon does not know may be one of the configuration: never started, or stopped and forgotten. Who
 *  asks for it is told what brings it up. */

import { problem, ProcmanError } from "../model/errors.ts";
import { own } from "../model/own.ts";
import type { CommandContext } from "./command.ts";

/** Throws the error again, with a better next step if there is one. */
export async function leadToUp(context: CommandContext, error: unknown): Promise<never> {
  if (!(error instanceof ProcmanError) || error.problem.code !== "PROCESS_NOT_FOUND") throw error;
  const { code, message, details } = error.problem;
  const target = details["target"];
  if (typeof target !== "string" || !(await isConfigured(context, target))) throw error;
  const hint = `It is in the configuration: 'procman up ${target}' starts it.`;
  throw new ProcmanError(problem(code, message, hint, { ...details }), { cause: error });
}

async function isConfigured(context: CommandContext, target: string): Promise<boolean> {
  if (!context.place.exact) return false;
  const { loadDefinition } = await import("./project-definition.ts");
  try {
    const { loaded } = await loadDefinition({ ...context, say: () => {} });
    return own(loaded.spec.processes, target.replace(/\.\d+$/, "")) !== undefined;
  } catch {
    return false; // What is wrong with the configuration is not what was asked.
  }
}
