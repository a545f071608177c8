/** `--dry-run` of what defines a project: asks the daemon, if one runs, what would change. */

import { EXIT } from "../model/errors.ts";
import type { ApplyInput } from "../protocol/definition-inputs.ts";
import type { CommandContext } from "./command.ts";
import { renderChanges, type Effect } from "./render/changes.ts";

export async function dryRun(
  context: CommandContext,
  input: Omit<ApplyInput, "dryRun">,
): Promise<number> {
  // With no daemon nothing runs: everything is new.
  const added = Object.keys(input.spec.processes);
  const changes = { added, removed: [], changed: [], unchanged: [] };
  const fresh: Effect = { changes, renewed: [], restarted: [] };
  const answer = await context.client.look("apply", { ...input, dryRun: true });
  renderChanges(context, answer ?? fresh, input.prune);
  return EXIT.ok;
}
