/** From what a tool is told to the processes that are meant. */

import { fail, ProcmanError } from "../../model/errors.ts";
import { AD_HOC_PROJECT } from "../../model/ids.ts";
import type { Place } from "../../protocol/operations.ts";
import type { Status } from "../../protocol/status.ts";
import type { ToolCall } from "./tool-call.ts";

export interface Meant {
  readonly place: Place;
  readonly target: string;
  /** Never empty. */
  readonly statuses: readonly [Status, ...Status[]];
}

/** One target, and the instances that it names. */
export async function meant(
  call: ToolCall,
  { pid, project }: { readonly pid: string | number; readonly project?: string | undefined },
): Promise<Meant> {
  const place = call.port.placeOf(project ?? null);
  const named = String(pid);
  try {
    return await found(call, place, named);
  } catch (error) {
    const known = call.seen.get(Number(named));
    const isGone = error instanceof ProcmanError && error.problem.code === "PROCESS_NOT_FOUND";
    if (known === undefined || !isGone) throw error;
    return found(call, place, known);
  }
}

async function found(call: ToolCall, place: Place, target: string): Promise<Meant> {
  const statuses = await statusesOf(call, place, [target]);
  const [first, ...others] = statuses;
  if (first === undefined)
    return fail("PROCESS_NOT_FOUND", `Cannot find '${target}': nothing runs`);
  return { place, target, statuses: [first, ...others] };
}

/** Those named; where none is, those of the project, or outside of one those that belong to none. */
export async function statusesOf(
  call: ToolCall,
  place: Place,
  targets: readonly string[],
  all = false,
): Promise<readonly Status[]> {
  const { port, signal, seen } = call;
  // Who has no directory means all of it.
  if (place.anywhere === true && place.project === null) all ||= targets.length === 0;
  const statuses = (await port.look("list", { ...place, targets, all }, signal)) ?? [];
  for (const { id, pid } of statuses) if (pid !== null) seen.set(pid, id);
  if (statuses.length > 0 || targets.length > 0 || all || place.project !== null) return statuses;
  return statusesOf(call, port.placeOf(AD_HOC_PROJECT), []).catch((error: unknown) => {
    if (error instanceof ProcmanError && error.problem.code === "PROJECT_NOT_FOUND") return [];
    throw error;
  });
}
