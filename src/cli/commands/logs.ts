/** `procman logs`. */

import { fail } from "../../model/errors.ts";
import { logView } from "../../logfile/log-view.ts";
import { LOG_STREAMS, logPath, type LogOwner, type LogStream } from "../../logfile/paths.ts";
import type { Command, CommandContext } from "../command.ts";
import { logOwners } from "../log-owners.ts";
import { newcomers } from "../newcomers.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { Prefix, renderLogLine } from "../render/log-lines.ts";
import { timestampFlag } from "../timestamps.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "show what processes write",
  details: "Works without a daemon too. Several processes are merged in the order of time.",
  flags: {
    follow: {
      type: "boolean",
      alias: "f",
      description: "go on with what is written (here -f is not --file)",
    },
    lines: { type: "string", alias: "n", description: "the last N lines", valueHint: "N" },
    since: {
      type: "string",
      description: "a duration back from now, or a timestamp",
      valueHint: "T",
    },
    until: {
      type: "string",
      description: "a duration back from now, or a timestamp",
      valueHint: "T",
    },
    stream: { type: "enum", options: ["stdout", "stderr"], description: "one stream only" },
    timestamps: { type: "boolean", alias: "t", description: "when each line was written" },
    prefix: { type: "boolean", description: "--no-prefix: the lines alone" },
    path: { type: "boolean", description: "the paths of the log files instead" },
  },
  examples: [
    ["procman logs -f", "follow everything"],
    ["procman logs api -n 50 --timestamps", "the last 50 lines of api, dated"],
    ["procman logs --since 10m --stream stderr", "what went to stderr in the last ten minutes"],
  ],
  async run(context) {
    const { args, client, env, json } = context;
    const streams = streamsOf(context);
    const follow = args.isSet("follow");
    const lines = linesOf(context);
    const sinceMs = timestampFlag(context, "since");
    const untilMs = timestampFlag(context, "until");
    const owners = await logOwners(context);
    if (args.isSet("path")) return showPaths(context, owners, streams);
    const paint = painter(wantsColor(1, env, args.text("color")));
    const prefix = args.text("prefix") === "false" ? null : new Prefix(paint);
    for (const owner of owners) prefix?.expect(owner);
    const style = { json, timestamps: args.isSet("timestamps"), prefix, paint };
    const projects = [...new Set(owners.map(({ project }) => project))];
    const view = logView({
      home: client.home,
      selections: selectionsOf(owners, streams),
      // Following begins with a little of what was before, unless something was asked.
      lines: follow && lines === null && sinceMs === null ? FOLLOW_LINES : lines,
      sinceMs,
      untilMs,
      follow,
      discover: newcomers(client.home, projects, streams, isFurther(owners, args.words)),
      signal: new AbortController().signal,
    });
    for await (const batch of view) {
      if (batch.missedBytes > 0) {
        context.say(`${batch.missedBytes} bytes were rotated away before they could be shown`);
      }
      writeAll(1, batch.lines.map((line) => renderLogLine(line, style)).join(""));
    }
    return 0;
  },
};

const FOLLOW_LINES = 10;

function streamsOf({ args }: CommandContext): readonly LogStream[] {
  const text = args.text("stream");
  if (text === null) return LOG_STREAMS;
  const stream = LOG_STREAMS.find((it) => it === text);
  return stream === undefined
    ? fail("USAGE", `Cannot show stream '${text}'`, "It is stdout or stderr.")
    : [stream];
}

function linesOf({ args }: CommandContext): number | null {
  const text = args.text("lines");
  if (text === null) return null;
  const lines = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isNaN(lines) ? fail("USAGE", `Cannot show ${text} lines: it is no number`) : lines;
}

function selectionsOf(owners: readonly LogOwner[], streams: readonly LogStream[]) {
  return owners.flatMap((owner) =>
    streams.map((stream) => ({ owner, stream, place: null as number | null })),
  );
}

/** While following: further instances of the same processes, and with no target any process of the project. */
function isFurther(owners: readonly LogOwner[], targets: readonly string[]) {
  const processes = new Set(owners.map(({ process }) => process));
  const ofInstances = targets.some((target) => /\.\d+$/.test(target));
  return ({ process }: LogOwner): boolean =>
    !ofInstances && (targets.length === 0 || processes.has(process));
}

function showPaths(
  { client, json, print }: CommandContext,
  owners: readonly LogOwner[],
  streams: readonly LogStream[],
): number {
  const paths = owners.flatMap((owner) =>
    streams.map((stream) => logPath(client.home, owner, stream)),
  );
  if (json) print(JSON.stringify(paths));
  else for (const path of paths) print(path);
  return 0;
}
