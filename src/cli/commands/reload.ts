/** `procman reload`. */

import { CHANGES } from "../../client/client.ts";
import type { Command } from "../command.ts";
import { sayIfEdited } from "../edited.ts";
import { renderResults } from "../render/results.ts";
import { durationFlag, targetsOf } from "./targets.ts";

export const command: Command = {
  usage: "TARGET…",
  summary: "replace processes without a gap",
  details: `A new run comes up beside the one that is there. When it is ready, the old one is stopped, with its grace; then comes
the next instance. A new run that does not become ready is stopped, and what ran before goes on: exit status 1.
Without 'ready' probes a run is ready when it has lived for half a second. What does not run is started.
Two runs of a process have to be able to be there at once: one with a 'port' of its own is refused.
Returns when nothing of the old runs is left. They start as they were defined: an edit of the configuration is taken
over by 'procman apply --reload'.`,
  flags: {
    timeout: {
      type: "string",
      description: "give up waiting after D like 500ms, 30s, 2m; the reload goes on",
      valueHint: "D",
    },
  },
  examples: [
    ["procman reload api", "a new run of api, then the old one is stopped"],
    [
      "procman reload @backend",
      "the group backend, the instances of a process one after the other",
    ],
  ],
  async run(context) {
    const input = {
      ...context.place,
      targets: targetsOf(context, "reload"),
      timeoutMs: durationFlag(context, "timeout"),
    };
    const how = { ...CHANGES, repeatable: false };
    const { results } = await context.client.change("reload", input, how);
    if (results.length === 0) {
      context.say("Nothing of it is up. 'procman start' starts what was stopped.");
    }
    const status = renderResults(context, results, "reloaded");
    await sayIfEdited(context, input.targets);
    return status;
  },
};
