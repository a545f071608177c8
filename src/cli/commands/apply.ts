/** `procman apply`. */

import type { Command } from "../command.ts";
import { loadDefinition } from "../project-definition.ts";
import { renderChanges } from "../render/changes.ts";

export const command: Command = {
  usage: "",
  summary: "bring what runs in line with the edited configuration",
  details: `Touches only what changed: added processes become known, changed ones that run are restarted, removed ones are
stopped and forgotten with --prune. Starts nothing that is stopped.`,
  flags: {
    prune: { type: "boolean", description: "stop and forget what the configuration no longer has" },
    "dry-run": { type: "boolean", description: "say what would change, and change nothing" },
    "update-env": { type: "boolean", description: "take the environment of this call" },
  },
  examples: [
    ["procman apply --dry-run", "what an edit of the configuration will touch"],
    ["procman apply --prune", "make what runs what the configuration says"],
  ],
  async run(context) {
    const { args, client } = context;
    const { loaded, callerEnv } = await loadDefinition(context);
    const { changes } = await client.change("apply", {
      spec: loaded.spec,
      nameIsExplicit: loaded.nameIsExplicit,
      callerEnv,
      updateEnv: args.isSet("update-env"),
      prune: args.isSet("prune"),
      dryRun: args.isSet("dry-run"),
    });
    renderChanges(context, changes);
    return 0;
  },
};
