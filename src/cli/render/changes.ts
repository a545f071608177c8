/** What a definition changes: the shape of `--dry-run` as JSON, a line for each process for people. */

import type { ChangedProcess } from "../../model/definition-changes.ts";
import { parseInstanceId, type InstanceId } from "../../model/ids.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { EffectOutput } from "../../protocol/definition-inputs.ts";
import type { CommandContext } from "../command.ts";

export type Effect = Omit<EffectOutput, "project">;

/** `prune`: what the configuration no longer has is taken away, too. */
export function renderChanges({ json, print }: CommandContext, effect: Effect, prune: boolean) {
  const { added, removed, unchanged, alerts } = effect.changes;
  const changed = changedBy(effect);
  if (json) {
    const shown = changed.map(({ process, keys, restarts }) => ({ process, keys, restarts }));
    const others = unchanged.filter((name) => changed.every(({ process }) => process !== name));
    // Nothing is said of alerts when there is nothing to say of them.
    return print(JSON.stringify({ added, removed, changed: shown, unchanged: others, alerts }));
  }
  for (const process of added) print(`+ ${process}`);
  if (prune) for (const process of removed) print(`- ${process}`);
  for (const one of changed) print(changedLine(one));
  if (alerts === true) print("~ the rules of alerts");
  if (!prune) for (const process of removed) print(leftOverLine(process));
  const count = added.length + removed.length + changed.length;
  if (count === 0 && alerts !== true) print("Nothing changes.");
}

export function leftOverLine(process: string): string {
  return `! ${process} is no longer in the configuration; 'procman apply --prune' stops and forgets it`;
}

/** What a definition has done to an instance beyond starting it: `restarted`, and why. */
export function restartOf(
  { changes, renewed, restarted }: Effect,
  { id }: ActionResult,
): string | null {
  if (!restarted.includes(id)) return null;
  const { process } = parseInstanceId(id as InstanceId);
  const keys = changes.changed.find((it) => it.process === process)?.keys ?? [];
  const what = renewed.includes(process) ? [...keys, "environment"] : keys;
  return `${what.join(", ")} changed`;
}

type Changed = Pick<ChangedProcess, "process" | "keys" | "values" | "restarts">;

/** With those that get another environment of the caller. */
function changedBy({ changes, renewed, restarted }: Effect): readonly Changed[] {
  const restarting = new Set<string>(
    restarted.map((id) => parseInstanceId(id as InstanceId).process),
  );
  const names = [...new Set([...changes.changed.map(({ process }) => process), ...renewed])];
  return names.map((process) => {
    const { keys = [], values = {} } = changes.changed.find((it) => it.process === process) ?? {};
    const all = renewed.includes(process) ? [...keys, "environment"] : keys;
    return { process, keys: all, values, restarts: restarting.has(process) };
  });
}

function changedLine({ process, keys, values, restarts }: Changed): string {
  const what = keys.map((key) => {
    const value = values[key];
    return value === undefined ? key : `${key} ${value.from ?? "none"} -> ${value.to ?? "none"}`;
  });
  return `~ ${process}  ${what.join(", ")}${restarts ? "  (restarts)" : ""}`;
}
