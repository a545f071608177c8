/** Does what is asked with one process, and says how that went. */

import { CHANGES } from "../../client/client.ts";
import { NoDaemonError } from "../../client/connection.ts";
import { ProcmanError, type Problem } from "../../model/errors.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { CommandContext } from "../command.ts";
import type { Action } from "./ask.ts";
import type { Notice } from "./state.ts";

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

/** Said at once: a stop takes its time. */
export function doingNotice(action: Action, id: string): Notice {
  return { text: `${DOING[action]} ${id} …`, tone: "plain" };
}

/** Never throws what a daemon says. `signal`: nobody waits for it any more; it is done all the same. */
export async function act(
  { client, place }: CommandContext,
  action: Action,
  id: string,
  signal: AbortSignal,
): Promise<Notice> {
  const input = { ...place, targets: [id], withDependents: false, timeoutMs: null };
  const options = { ...CHANGES, repeatable: action !== "restart", signal };
  try {
    const { results } = await client.change(action, input, options);
    const failed = results.find(({ error }) => error !== null)?.error ?? null;
    return failed === null ? done(action, id, results[0]) : badNotice(failed);
  } catch (error) {
    return failureNotice(error);
  }
}

function done(action: Action, id: string, result: ActionResult | undefined): Notice {
  if (result === undefined) return { text: `${id}: there was nothing to do.`, tone: "plain" };
  const what = result.changed ? DONE[action] : `already ${result.state ?? DONE[action]}`;
  return {
    text: `${id} ${what}${result.pid === null ? "" : ` (pid ${result.pid})`}.`,
    tone: "plain",
  };
}

export function failureNotice(error: unknown): Notice {
  if (error instanceof ProcmanError) return badNotice(error.problem);
  if (error instanceof NoDaemonError) return { text: "The daemon does not answer.", tone: "bad" };
  throw error;
}

function badNotice({ message, hint }: Pick<Problem, "message" | "hint">): Notice {
  return { text: hint === null ? message : `${message}. ${hint}`, tone: "bad" };
}
