/** Does what is asked with one process, and says how that went. */

import { CHANGES } from "../../client/client.ts";
import { NoDaemonError } from "../../client/connection.ts";
import { ProcmanError, type Problem } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { CommandContext } from "../command.ts";
import type { Action } from "./ask.ts";
import { said, type TopState } from "./state.ts";

const DONE: Readonly<Record<Action, string>> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  kill: "killed",
};

const DOING: Readonly<Record<Action, string>> = {
  start: "Starting",
  stop: "Stopping",
  restart: "Restarting",
  kill: "Killing",
};

/** Said at once, until it is done: a stop takes its time. */
export function doing(state: TopState, action: Action, id: string): TopState {
  return { ...state, notice: { text: `${DOING[action]} ${id} …`, tone: "plain", untilMs: null } };
}

/** How something went. */
export type Told = (state: TopState) => TopState;

/** Never throws what a daemon says. */
export async function act(
  { client, place }: CommandContext,
  action: Action,
  id: string,
): Promise<Told> {
  const input = { ...place, targets: [id], withDependents: false, timeoutMs: null };
  const options = { ...CHANGES, repeatable: action !== "restart" };
  try {
    const { results } = await client.change(action, input, options);
    const failed = results.find(({ error }) => error !== null)?.error ?? null;
    return failed === null ? done(action, id, results[0]) : problem(failed);
  } catch (error) {
    return failure(error);
  }
}

function done(action: Action, id: string, result: ActionResult | undefined): Told {
  if (result === undefined) return (state) => said(state, `${id}: there was nothing to do.`);
  const what = result.changed ? DONE[action] : `already ${result.state ?? DONE[action]}`;
  const pid = result.pid === null ? "" : ` (pid ${result.pid})`;
  return (state) => said(state, `${id} ${what}${pid}.`);
}

export function failure(error: unknown): Told {
  if (error instanceof ProcmanError) return problem(error.problem);
  if (!(error instanceof NoDaemonError)) throw error;
  return (state) => said(state, "The daemon does not answer.", "bad");
}

function problem({ message, hint }: Pick<Problem, "message" | "hint">): Told {
  return (state) => said(state, hint === null ? message : `${message}. ${hint}`, "bad");
}
