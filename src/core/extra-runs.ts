/** Extra runs: with `overlap: allow` a time that comes while an instance still runs gets an instance of its own, beyond
 *  the count, which is forgotten when it has ended. */

import type { Fact } from "../model/events.ts";
import { limits } from "../model/limits.ts";
import { AT_REST } from "../model/at-rest.ts";
import type { Instance } from "../model/state.ts";
import { newInstance } from "./define.ts";
import { enterPending, remove } from "./moves.ts";
import type { Turn } from "./turn.ts";

/** False when there are too many already. */
export function runBeside(turn: Turn, beside: Instance): boolean {
  const { project, process, lease } = beside;
  const siblings = turn.instancesOf(project, process);
  if (siblings.filter(({ extra }) => extra === true).length >= limits.extraRuns) return false;
  const taken = new Set(siblings.map(({ index }) => index));
  let index = turn.specOf(beside).instances + 1;
  while (taken.has(index)) index += 1;
  const extra: Instance = { ...newInstance(turn, project, process, index), extra: true };
  turn.tellOf(extra, "process.added", null, { extra: true });
  enterPending(turn, extra, true, { desired: "up", lease });
  return true;
}

/** Nothing of it is left, nor is to come. */
export function extraGoes(turn: Turn, fact: Fact): void {
  const instance = fact.instanceId === null ? undefined : turn.instance(fact.instanceId);
  if (instance?.extra === true && AT_REST.has(instance.state.kind)) remove(turn, instance);
}
