/** `procman logs`. */

import { beginningsOf, placeIn, sourcesOf } from "../../logfile/beginnings.ts";
import { Cursor } from "../../logfile/cursor.ts";
import { JsonLines } from "../../logfile/json-lines.ts";
import { LineFilter } from "../../logfile/line-filter.ts";
import { logView, type Position, type ViewBatch } from "../../logfile/log-view.ts";
import { logPath, type LogOwner } from "../../logfile/paths.ts";
import { firstSince } from "../../logfile/places.ts";
import type { LogParse } from "../../model/spec.ts";
import type { Command, CommandContext } from "../command.ts";
import { LOG_FLAGS } from "../log-flags.ts";
import { logOptions, type LogOptions } from "../log-options.ts";
import { logOwners, type LogOwners } from "../log-owners.ts";
import { logParses } from "../log-parses.ts";
import { isTerminal } from "../is-terminal.ts";
import { painter, wantsColor, writeAll } from "../output.ts";
import { whenReaderIsGone } from "../reader-gone.ts";
import { describeGap } from "../render/log-gap.ts";
import { LogLines, type LogRendering } from "../render/log-lines.ts";
import { LogPlain, LogPlainFollow } from "../render/log-plain.ts";
import { Prefix } from "../render/log-prefix.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "show what processes write",
  details: `Works without a daemon too. Several processes are merged in the order of time.
On a terminal, when nothing else is asked, the last 200 lines. With --json one document a line.`,
  flags: LOG_FLAGS,
  examples: [
    ["procman logs -f", "follow everything"],
    ["procman logs api -n 50 --timestamps", "the last 50 lines of api, dated"],
    ["procman logs --since 10m --level warn", "warnings and worse of the last ten minutes"],
    ["procman logs api --grep 'timeout|refused' -C 3", "what went wrong, with three lines around"],
    ["procman logs --plain", "short and without escapes, for an agent to read"],
  ],
  async run(context) {
    const beganMs = Date.now();
    const options = logOptions(context);
    const owners = await logOwners(context, options.follow);
    if (context.args.isSet("path")) return showPaths(context, owners, options);
    const { home } = context.client;
    const parse = logParses(home);
    const sources = sourcesOf(owners.known, options);
    const { positions, begunAnew } = beginningsOf(home, sources, options);
    const ended = new AbortController();
    const rendering = renderingOf(context, owners.known, {
      options,
      cursor: cursorAt(positions),
      parse,
      onFull: () => ended.abort(),
    });
    const { rules } = options;
    const view = logView({
      ...options,
      home,
      positions,
      filter:
        rules === null ? null : (source) => new LineFilter(source, rules, parse(source.owner)),
      discover: () => sourcesOf(owners.now(), options),
      beginning: (source) =>
        options.cursor === null
          ? firstSince(home, source.owner, source.stream, beganMs)
          : placeIn(options.cursor, source),
      signal: ended.signal,
    });
    if (options.follow) await whenReaderIsGone(ended);
    const show = (batch: ViewBatch): void => {
      for (const gap of batch.missed) context.say(describeGap(gap));
      writeAll(1, rendering.render(batch));
    };
    show({ pieces: [], passed: [], missed: begunAnew });
    for await (const batch of view) show(batch);
    writeAll(1, rendering.finish());
    return 0;
  },
};

function cursorAt(positions: readonly Position[]): Cursor {
  const cursor = new Cursor();
  for (const position of positions) cursor.pass(position, position.place);
  return cursor;
}

interface Shown {
  readonly options: LogOptions;
  readonly cursor: Cursor;
  readonly parse: (owner: LogOwner) => LogParse;
  readonly onFull: () => void;
}

function renderingOf(
  { args, env, json }: CommandContext,
  owners: readonly LogOwner[],
  { options, cursor, parse, onFull }: Shown,
): LogRendering {
  if (json) return new JsonLines(cursor, parse);
  const { plainBytes, follow, rules } = options;
  const hasColor = plainBytes === null && wantsColor(1, env, args.text("color"));
  const paint = painter(hasColor);
  const prefix = args.text("prefix") === "false" ? null : new Prefix(paint);
  for (const owner of owners) prefix?.expect(owner);
  const timestamps = args.isSet("timestamps");
  if (plainBytes === null) {
    const separators = rules !== null && rules.before + rules.after > 0;
    const highlight = hasColor && rules?.invert === false ? (rules.search?.anywhere ?? null) : null;
    const onScreen = isTerminal(1);
    return new LogLines({ timestamps, prefix, paint, separators, highlight, onScreen });
  }
  const style = { timestamps, prefix, maxBytes: plainBytes };
  return follow ? new LogPlainFollow(style, onFull) : new LogPlain(style);
}

function showPaths(
  { client, json, print }: CommandContext,
  { known }: LogOwners,
  options: LogOptions,
): number {
  const paths = sourcesOf(known, options).map(({ owner, stream }) =>
    logPath(client.home, owner, stream),
  );
  if (json) print(JSON.stringify(paths));
  else for (const path of paths) print(path);
  return 0;
}
