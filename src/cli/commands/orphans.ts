/** `procman orphans`. */

import { CHANGES, LOOKS } from "../../client/client.ts";
import { fail } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { showStrangers } from "../show-strangers.ts";

export const command: Command = {
  usage: "[PID…]",
  summary: "show what is left of runs that are over",
  details:
    "Processes that carry the run of a process of this home, or sit in its control group, and that no present run\nowns. There should be none; --kill ends them: SIGTERM, then SIGKILL after 5 s.",
  flags: { kill: { type: "boolean", description: "end them; only those that are named, if any" } },
  examples: [
    ["procman orphans", "what earlier runs have left behind"],
    ["procman orphans --kill", "end all of it"],
  ],
  async run(context) {
    const { args, client, json, say } = context;
    const kill = args.isSet("kill");
    const pids = args.words.length === 0 ? null : args.words.map(pidOf);
    const input = { kill, pids, asker: process.pid };
    const found = (await client.look("orphans", input, kill ? CHANGES : LOOKS)) ?? [];
    showStrangers(context, found, { wereEnded: kill, none: "No orphans." });
    if (!json && !kill && found.length > 0) say("'procman orphans --kill' ends them.");
    return 0;
  },
};

function pidOf(word: string): number {
  const pid = Number(word);
  if (Number.isInteger(pid) && pid > 0) return pid;
  return fail("USAGE", `Cannot understand '${word}' as a pid`);
}
