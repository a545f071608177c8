/** `procman port`. */

import { CHANGES, LOOKS } from "../../client/client.ts";
import { EXIT, fail } from "../../model/errors.ts";
import type { Stranger } from "../../protocol/strangers.ts";
import type { Command } from "../command.ts";
import { showStrangers } from "../show-strangers.ts";

export const command: Command = {
  usage: "N",
  summary: "show who listens on a TCP port",
  details:
    "Exits with 1 when nobody does. --kill ends your own processes only: SIGTERM, then SIGKILL after 5 s;\none that procman manages is stopped with 'procman stop'.",
  flags: { kill: { type: "boolean", description: "end what listens there" } },
  examples: [
    ["procman port 3000", "who has port 3000: pid, user, process, age, command, directory"],
    ["procman port 3000 --kill", "end whoever has port 3000"],
  ],
  async run(context) {
    const { args, client } = context;
    const port = portOf(args.words);
    const kill = args.isSet("kill");
    const found: readonly Stranger[] =
      (await client.look("port", { port, kill }, kill ? CHANGES : LOOKS)) ?? (await look(port));
    const none = `Nobody listens on port ${port}.`;
    showStrangers(context, found, { wereEnded: kill, none });
    return found.length === 0 ? EXIT.failed : EXIT.ok;
  },
};

/** With nothing to look after there is no daemon, and none is started for a look. */
async function look(port: number): Promise<readonly Stranger[]> {
  const { listeningOn, told } = await import("../../platform/strangers.ts");
  return listeningOn(port, () => null).map((it) => told(it));
}

/** `3000` and `:3000`. */
function portOf(words: readonly string[]): number {
  const [word = "", ...more] = words;
  const port = Number(word.replace(/^:/, ""));
  const isPort = Number.isInteger(port) && port >= 1 && port <= 65_535 && word !== "";
  if (isPort && more.length === 0) return port;
  const hint = "Give one number from 1 to 65535: 'procman port 3000'.";
  if (words.length === 0) return fail("USAGE", "Cannot look: no port was given", hint);
  return fail("USAGE", `Cannot understand '${words.join(" ")}' as a port`, hint);
}
