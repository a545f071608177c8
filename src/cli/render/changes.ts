/** What a definition changes: the shape of `--dry-run` as JSON, a line for each process for people. */

import type { DefinitionChanges } from "../../model/definition-changes.ts";
import type { CommandContext } from "../command.ts";

export function renderChanges({ json, print }: CommandContext, changes: DefinitionChanges): void {
  const { added, removed, unchanged, alerts } = changes;
  const changed = changes.changed.map(({ process, keys }) => ({ process, keys }));
  if (json) {
    // Not there when there is nothing to say of them.
    return print(JSON.stringify({ added, removed, changed, unchanged, alerts }));
  }
  for (const process of added) print(`+ ${process}`);
  for (const process of removed) print(`- ${process}`);
  for (const { process, keys } of changed) print(`~ ${process} (${keys.join(", ")})`);
  if (alerts === true) print("~ the rules of alerts");
  if (added.length + removed.length + changed.length === 0 && alerts !== true)
    print("Nothing changes.");
}
