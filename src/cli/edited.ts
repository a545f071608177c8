/** Whether the configuration was edited since what runs was defined: for commands that go by the old one. */

import { definedProcesses } from "./definition-targets.ts";
import type { CommandContext } from "./command.ts";
import { definingInput, loadDefinition } from "./project-definition.ts";

/** Says so when one of the targets would be defined otherwise now. Silent about a configuration that cannot be read:
 *  the command itself does not need it. */
export async function sayIfEdited(
  context: CommandContext,
  targets: readonly string[],
): Promise<void> {
  const { client, place, json, args, say } = context;
  if (!place.exact || json || args.isSet("quiet")) return;
  try {
    const definition = await loadDefinition({ ...context, place, say: () => {} });
    const input = { ...definingInput(context, definition), prune: false, dryRun: true };
    const answer = await client.look("apply", input);
    const meant = definedProcesses(definition.loaded.spec, targets);
    const edited = answer?.changes.changed.filter(({ process }) => meant.has(process)) ?? [];
    if (edited.length > 0) {
      say("The configuration has changed since: 'procman apply' takes it over.");
    }
  } catch {
    // It cannot be read, or the targets are of another project: then there is nothing to say about them.
  }
}
