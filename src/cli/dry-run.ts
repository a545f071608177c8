/** `--dry-run` of what defines a project: asks the daemon, if one runs, what would change. */

import type { DefinitionChanges } from "../model/definition-changes.ts";
import { EXIT } from "../model/errors.ts";
import type { ApplyInput } from "../protocol/definition-inputs.ts";
import type { CommandContext } from "./command.ts";
import { renderChanges } from "./render/changes.ts";

export async function dryRun(
  context: CommandContext,
  input: Omit<ApplyInput, "prune" | "dryRun">,
): Promise<number> {
  // With no daemon nothing runs: everything is new.
  const added = Object.keys(input.spec.processes);
  const fresh: DefinitionChanges = { added, removed: [], changed: [], unchanged: [] };
  const answer = await context.client.look("apply", { ...input, prune: false, dryRun: true });
  renderChanges(context, answer?.changes ?? fresh);
  return EXIT.ok;
}
