/** What a definition changes: the shape of `--dry-run` as JSON, a line for each process for people. */

import type { DefinitionChanges } from "../../model/definition-changes.ts";
import type { CommandContext } from "../command.ts";

export function renderChanges({ json, print }: CommandContext, changes: DefinitionChanges): void {
  const { added, removed, unchanged } = changes;
  const changed = changes.changed.map(({ process, keys }) => ({ process, keys }));
  if (json) return print(JSON.stringify({ added, removed, changed, unchanged }));
  for (const process of added) print(`+ ${process}`);
  for (const process of removed) print(`- ${process}`);
  for (const { process, keys } of changed) print(`~ ${process} (${keys.join(", ")})`);
  if (added.length + removed.length + changed.length === 0) print("Nothing changes.");
}
