/** What a definition changes: the shape of `--dry-run` as JSON, a line for each process for people. */

import type { ChangedProcess } from "../../model/definition-changes.ts";
import { parseInstanceId, type InstanceId } from "../../model/ids.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { EffectOutput } from "../../protocol/definition-inputs.ts";
import type { CommandContext } from "../command.ts";

export type Effect = Omit<EffectOutput, "project">;

/** `prune`: what the configuration no longer has is taken away, too. */
export function renderChanges({ json, print }: CommandContext, effect: Effect, prune: boolean) {
  const { added, removed, unchanged } = effect.changes;
  const changed = effect.changes.changed.map(({ process, keys }) => ({ process, keys }));
  if (json) return print(JSON.stringify({ added, removed, changed, unchanged }));
  for (const process of added) print(`+ ${process}`);
  if (prune) for (const process of removed) print(`- ${process}`);
  for (const line of changedLines(effect)) print(line);
  if (!prune) for (const process of removed) print(leftOverLine(process));
  if (added.length + removed.length + changed.length + effect.renewed.length === 0) {
    print("Nothing changes.");
  }
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

function changedLines({ changes, renewed, restarted }: Effect): readonly string[] {
  const processes = new Set<string>(
    restarted.map((id) => parseInstanceId(id as InstanceId).process),
  );
  const names = [...new Set([...changes.changed.map(({ process }) => process), ...renewed])];
  return names.map((process) => {
    const changed = changes.changed.find((it) => it.process === process);
    const what = changed === undefined ? [] : describe(changed);
    const all = renewed.includes(process) ? [...what, "environment"] : what;
    const restarts = processes.has(process) ? "  (restarts)" : "";
    return `~ ${process}  ${all.join(", ")}${restarts}`;
  });
}

function describe({ keys, values }: ChangedProcess): readonly string[] {
  return keys.map((key) => {
    const value = values[key];
    return value === undefined ? key : `${key} ${value.from ?? "none"} -> ${value.to ?? "none"}`;
  });
}
