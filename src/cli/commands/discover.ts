/** `procman discover`. */

import { slug } from "../../model/ids.ts";
import type { Stranger } from "../../protocol/strangers.ts";
import type { Command } from "../command.ts";
import { strangersTable } from "../render/strangers.ts";

export const command: Command = {
  usage: "",
  summary: "show processes that look like servers and are not managed",
  details:
    "Your own processes that listen on a TCP port, or that bun, node, python and the like run from a directory below\nyour home. 'procman adopt' takes one over while it runs.",
  flags: {},
  examples: [
    ["procman discover", "servers and tools that were started by hand"],
    ["procman discover --json", "the same as an array, with pid, ports, command and cwd"],
  ],
  async run(context) {
    const { client, json, print, say } = context;
    const found: readonly Stranger[] =
      (await client.look("discover", { asker: process.pid })) ?? (await look());
    if (json) {
      print(JSON.stringify(found));
      return 0;
    }
    const [first] = found;
    if (first === undefined) {
      say("Nothing that runs looks like a server and is not managed.");
      return 0;
    }
    for (const line of strangersTable(found)) print(line);
    say(`Take one over with 'procman adopt ${first.pid} --name ${nameFor(first)}'.`);
    return 0;
  },
};

/** With nothing to look after there is no daemon, and none is started for a look. */
async function look(): Promise<readonly Stranger[]> {
  const { told, unmanaged } = await import("../../platform/strangers.ts");
  return unmanaged(() => null, process.pid).map((it) => told(it));
}

/** After the directory that it runs in, as people would call it. */
function nameFor({ cwd }: Stranger): string {
  const name = slug(cwd?.split("/").at(-1) ?? "");
  return /[A-Za-z]/.test(name) ? name : "NAME";
}
