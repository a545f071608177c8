/** `procman metrics`. */

import { EXIT } from "../../model/errors.ts";
import { exposition } from "../../protocol/exposition.ts";
import type { Command } from "../command.ts";

export const command: Command = {
  usage: "",
  summary: "write metrics for Prometheus",
  details: `All processes of all projects, in the text format of Prometheus, as GET /metrics has them; for the textfile
collector of its node exporter, say. Exits with 4 when no daemon runs.`,
  flags: {},
  examples: [
    ["procman metrics", "what Prometheus would be told"],
    ["procman metrics > procman.prom", "for the textfile collector"],
  ],
  async run({ client, place, print, json, say }) {
    const daemon = await client.look("daemon-status", {});
    const input = { ...place, targets: [], all: true };
    const processes = await client.look("list", input);
    const told = await client.look("stats", { ...input, sinceMs: null });
    if (daemon === null || processes === null || told === null) {
      say(`No daemon runs for ${client.home}.`);
      return EXIT.noDaemon;
    }
    const text = exposition(daemon, processes, told);
    print(json ? JSON.stringify(text) : text.trimEnd());
    return EXIT.ok;
  },
};
