/** `procman save`. */

import { EXIT } from "../../model/errors.ts";
import type { Command } from "../command.ts";

export const command: Command = {
  usage: "",
  summary: "pin what is up as what comes back after a reboot",
  details: `Of every project, or with -p of one. Without it, what is up when the machine goes down is what comes back;
once saved, it is that set, whatever is up later, until the next 'save' or 'save --forget'. 'down' forgets it with the
process.`,
  flags: {
    forget: { type: "boolean", description: "go back to what is up when the machine goes down" },
  },
  examples: [
    ["procman save", "what is up now comes back after every reboot"],
    ["procman save --forget -p shop", "no longer that, in project shop"],
  ],
  async run(context) {
    const { args, client, json, print, say } = context;
    const input = { project: args.text("project"), pins: !args.isSet("forget") };
    const { projects } = await client.change("save", input);
    if (json) print(JSON.stringify(projects));
    if (projects.length === 0) say("Nothing to save: no project was started.");
    for (const { project, processes } of projects) {
      const what =
        processes === null
          ? "what is up when the machine goes down comes back"
          : processes.length === 0
            ? "nothing is up, so nothing comes back"
            : `${processes.join(", ")} will come back`;
      say(`${project}: ${what}`);
    }
    if (projects.length > 0) say("'procman startup status' says whether that happens by itself.");
    return EXIT.ok;
  },
};
