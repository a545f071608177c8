/** `procman events`. */

import { NoDaemonError } from "../../client/connection.ts";
import type { WireEvent } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { painter, wantsColor, type Paint } from "../output.ts";
import { timestampFlag } from "../timestamps.ts";

export const command: Command = {
  usage: "",
  summary: "show what happened, and with -f what happens",
  details: "With --json one document a line.",
  flags: {
    follow: {
      type: "boolean",
      alias: "f",
      description: "go on with what happens (here -f is not --file)",
    },
    since: {
      type: "string",
      description: "a duration back from now, or a timestamp",
      valueHint: "T",
    },
    after: { type: "string", description: "events after that number", valueHint: "SEQ" },
    type: {
      type: "string",
      description: "only types that match; repeat to add",
      valueHint: "GLOB",
    },
    all: { type: "boolean", alias: "a", description: "of every project" },
  },
  examples: [
    ["procman events --since 10m", "what happened in the last ten minutes"],
    [
      "procman events -f --type 'process.*' --json",
      "lifecycle events as they come, one JSON a line",
    ],
  ],
  async run(context) {
    const { args, client, place } = context;
    const follow = args.isSet("follow");
    const after = args.text("after");
    const sinceMs = timestampFlag(context, "since");
    const input = { ...place, all: args.isSet("all"), sinceMs, types: args.texts("type"), follow };
    // Reached first with a call that may start the daemon or say that there is none.
    const status = await client.look("daemon-status", {});
    if (status === null) return 0;
    const paint = painter(wantsColor(1, context.env, args.text("color")));
    let afterSeq = after === null ? null : Number(after);
    for (;;) {
      try {
        for await (const event of client.stream("events", { ...input, afterSeq }, NEVER)) {
          afterSeq = event.seq;
          show(context, event, paint);
        }
        return 0;
      } catch (error) {
        if (!(error instanceof NoDaemonError) || !follow) throw error;
        afterSeq ??= status.lastSeq;
        await client.look("daemon-status", {});
      }
    }
  },
};

const NEVER = new AbortController().signal;

function show({ json, print }: CommandContext, event: WireEvent, paint: Paint): void {
  if (json) return print(JSON.stringify(event));
  const { time, seq, type, project, process, instance, data } = event;
  const subject = [project, process].filter((it) => it !== null).join("/");
  const name = instance === null ? subject : `${subject}.${instance}`;
  const details = Object.entries(data)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  print([paint("gray", `${time} #${seq}`), type, name, ...details].join(" ").trimEnd());
}
