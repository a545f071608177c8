/** What processes in the foreground write, as they write it. */

import { Cursor } from "../logfile/cursor.ts";
import { logView, type ViewBatch } from "../logfile/log-view.ts";
import { ownersOnDisk } from "../logfile/on-disk.ts";
import { LOG_STREAMS, type LogOwner, type LogStream } from "../logfile/paths.ts";
import type { Piece, Source } from "../logfile/pieces.ts";
import { firstSince } from "../logfile/places.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";
import { isTerminal } from "./is-terminal.ts";
import { logParses } from "./log-parses.ts";
import { painter, wantsColor, writeAll } from "./output.ts";
import { describeGap } from "./render/log-gap.ts";
import { JsonLines } from "../logfile/json-lines.ts";
import { LogLines, type LogRendering } from "./render/log-lines.ts";
import { Prefix } from "./render/log-prefix.ts";

/** Until the signal aborts: then what was written up to then. */
export async function showOutput(
  context: CommandContext,
  what: Held,
  signal: AbortSignal,
): Promise<void> {
  const { client, say } = context;
  const owners = what.shown.map((id) => parseInstanceId(id as InstanceId));
  const processes = new Set(owners.map(({ process }) => process));
  const beginning = ({ owner, stream }: Source): number =>
    firstSince(client.home, owner, stream, what.sinceMs);
  const view = logView({
    home: client.home,
    positions: sourcesOf(owners).map((it) => ({ ...it, place: beginning(it) })),
    lines: null,
    untilMs: null,
    follow: true,
    filter: null,
    // Instances that `scale` adds meanwhile.
    discover: () =>
      sourcesOf(
        ownersOnDisk(client.home, what.project).filter(({ process }) => processes.has(process)),
      ),
    beginning,
    signal,
  });
  const shown = what.isPlain && !context.json ? new OwnStreams() : merged(context, owners);
  for await (const batch of view) {
    for (const gap of batch.missed) say(describeGap(gap));
    shown.write(batch);
  }
  shown.finish();
}

interface Shown {
  write(batch: ViewBatch): void;
  finish(): void;
}

/** All of it on stdout, each line with its process. */
function merged(context: CommandContext, owners: readonly LogOwner[]): Shown {
  const paint = painter(wantsColor(1, context.env, context.args.text("color")));
  const prefix = new Prefix(paint).expectNotices();
  for (const owner of owners) prefix.expect(owner);
  const rendering = context.json
    ? new JsonLines(new Cursor(), logParses(context.client.home))
    : linesOf(prefix, paint);
  return {
    write: (batch) => writeAll(1, rendering.render(batch)),
    finish: () => writeAll(1, rendering.finish()),
  };
}

/** What is written to stdout goes to stdout, and what to stderr to stderr, in the order in which it was written. */
class OwnStreams implements Shown {
  readonly #renderings: Readonly<Record<LogStream, LogRendering>> = {
    stdout: linesOf(null, painter(false)),
    stderr: linesOf(null, painter(false)),
  };

  write({ pieces }: ViewBatch): void {
    for (let from = 0; from < pieces.length;) {
      const stream = pieces[from]!.stream;
      const length = pieces.slice(from).findIndex((piece) => piece.stream !== stream);
      const until = length < 0 ? pieces.length : from + length;
      this.#writeTo(stream, pieces.slice(from, until));
      from = until;
    }
  }

  finish(): void {
    // The bytes end as they do.
  }

  #writeTo(stream: LogStream, pieces: readonly Piece[]): void {
    const bytes = this.#renderings[stream].render({ pieces, passed: [], missed: [] });
    writeAll(stream === "stdout" ? 1 : 2, bytes);
  }
}

function linesOf(prefix: Prefix | null, paint: ReturnType<typeof painter>): LogLines {
  const onScreen = isTerminal(1);
  const added = { timestamps: false, separators: false, highlight: null };
  return new LogLines({ ...added, prefix, paint, onScreen });
}

function sourcesOf(owners: readonly LogOwner[]): Source[] {
  return owners.flatMap((owner) => LOG_STREAMS.map((stream) => ({ owner, stream })));
}
