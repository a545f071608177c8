/** Several streams as one, in the order of time; and, when following, what is added to them. Reads only as fast as it
 *  is asked to: a consumer that stalls costs nothing, and finds its place again. */

import { limits } from "../model/limits.ts";
import { Feed } from "./feed.ts";
import type { LineFilter } from "./line-filter.ts";
import { merged } from "./merge.ts";
import { streamKey } from "./paths.ts";
import { endOf } from "./places.ts";
import type { Piece, Source } from "./pieces.ts";
import { Tail } from "./tail.ts";

/** A stream, and how far it is read. */
export interface Position extends Source {
  readonly place: number;
}

export interface LogViewOptions {
  readonly home: string;
  /** Where to begin; see `beginningOf`. */
  readonly positions: readonly Position[];
  /** The last so many lines of all streams together; null: all. */
  readonly lines: number | null;
  readonly untilMs: number | null;
  readonly follow: boolean;
  /** Which lines of a stream; null: all. */
  readonly filter: ((source: Source) => LineFilter) | null;
  /** Streams that have come into being; asked now and then while following. Those known already do no harm. */
  readonly discover: () => readonly Source[];
  /** Where to begin with one that was discovered. */
  readonly beginning: (source: Source) => number;
  readonly signal: AbortSignal;
}

export interface Missed extends Source {
  /** Gone before they could be read; null: nobody knows, because the log was begun anew. */
  readonly bytes: number | null;
}

export interface ViewBatch {
  /** Their bytes are good until the next batch is asked for. */
  readonly pieces: readonly Piece[];
  /** Streams of which everything up to a place is not to be shown. */
  readonly passed: readonly Position[];
  readonly missed: readonly Missed[];
}

/** The pause between two looks for something new; longer when many streams are looked at. */
const LOOK_MS = 50;
const LOOK_MS_PER_STREAM = 0.25;
const DISCOVER_MS = 500;

export async function* logView(options: LogViewOptions): AsyncGenerator<ViewBatch> {
  const feeds = new Map<string, Feed>();
  for (const position of options.positions) {
    feeds.set(streamKey(position), feedOf(options, position));
  }
  const ends = endsOf(options, feeds, options.untilMs);
  try {
    yield* present(options, ends);
    if (options.follow) yield* coming(options, feeds);
  } finally {
    for (const feed of feeds.values()) feed.close();
  }
}

/** The same of what is there now, and of nothing that is written later. */
export function viewAsItIs(
  options: Pick<LogViewOptions, "home" | "positions" | "lines">,
): AsyncGenerator<ViewBatch> {
  return logView({
    ...options,
    untilMs: null,
    follow: false,
    filter: null,
    discover: () => [],
    beginning: () => 0,
    signal: new AbortController().signal,
  });
}

function feedOf({ home, positions, filter }: LogViewOptions, position: Position): Feed {
  const share = Math.floor(limits.viewBytes / Math.max(1, positions.length));
  const blockBytes = Math.max(BLOCK_MIN_BYTES, Math.min(BLOCK_MAX_BYTES, share));
  return new Feed({ ...position, home, blockBytes }, filter?.(position) ?? null);
}

/** Larger blocks are not read any faster. */
const BLOCK_MAX_BYTES = limits.lineBytes;
const BLOCK_MIN_BYTES = 32 * 1024;

function endsOf(
  { home }: LogViewOptions,
  feeds: ReadonlyMap<string, Feed>,
  untilMs: number | null,
): Map<Feed, number> {
  return new Map(
    [...feeds.values()].map((it) => [it, endOf(home, it.owner, it.stream, untilMs)] as const),
  );
}

/** What was there when the reading began: a stream that is written faster than it is read has no other end. */
function* present(
  { lines, follow }: LogViewOptions,
  ends: ReadonlyMap<Feed, number>,
): Generator<ViewBatch> {
  const tail = lines === null ? null : new Tail(lines);
  for (const pieces of merged(ends, !follow)) {
    if (tail === null) yield { pieces, passed: [], missed: missedBy(ends.keys()) };
    else for (const piece of pieces) tail.push(piece);
  }
  const missed = missedBy(ends.keys());
  if (tail !== null) yield { pieces: tail.pieces(), passed: tail.dropped(), missed };
  else if (missed.length > 0) yield { pieces: [], passed: [], missed };
}

async function* coming(
  options: LogViewOptions,
  feeds: Map<string, Feed>,
): AsyncGenerator<ViewBatch> {
  let discoveredMs = 0;
  while (!options.signal.aborted) {
    const nowMs = Date.now();
    if (nowMs - discoveredMs > DISCOVER_MS) {
      discoveredMs = nowMs;
      const passed = discovered(options, feeds);
      if (passed.length > 0) yield { pieces: [], passed, missed: [] };
    }
    const added = [...feeds.values()].flatMap((feed) => {
      const found = feed.added(nowMs);
      return found === null ? [] : [found];
    });
    const pieces = added.flat();
    if (feeds.size > 1) sortGroups(pieces);
    const missed = missedBy(feeds.values());
    if (pieces.length > 0 || missed.length > 0) yield { pieces, passed: [], missed };
    else if (added.length === 0)
      await pause(Math.max(LOOK_MS, feeds.size * LOOK_MS_PER_STREAM), options.signal);
  }
  // When following ends: what was written up to then, unfinished lines too.
  const ends = endsOf(options, feeds, null);
  for (const pieces of merged(ends, true))
    yield { pieces, passed: [], missed: missedBy(ends.keys()) };
}

/** Takes in streams that are new, and says where they begin. */
function discovered(options: LogViewOptions, feeds: Map<string, Feed>): Position[] {
  const fresh = options.discover().filter((source) => !feeds.has(streamKey(source)));
  const positions = fresh.map(({ owner, stream }) => {
    return { owner, stream, place: options.beginning({ owner, stream }) };
  });
  for (const position of positions) feeds.set(streamKey(position), feedOf(options, position));
  return positions;
}

/** By time; what joins stays with what it joins. */
function sortGroups(pieces: Piece[]): void {
  let [headMs, at] = [0, 0];
  const order = new Map<Piece, readonly [ms: number, at: number]>();
  for (const piece of pieces) {
    if (!piece.joins) headMs = piece.timeMs;
    order.set(piece, [headMs, (at += 1)]);
  }
  const of = (piece: Piece) => order.get(piece)!;
  pieces.sort((one, other) => of(one)[0] - of(other)[0] || of(one)[1] - of(other)[1]);
}

function missedBy(feeds: Iterable<Feed>): Missed[] {
  const missed: Missed[] = [];
  for (const feed of feeds) {
    const bytes = feed.takeMissed();
    if (bytes > 0) missed.push({ owner: feed.owner, stream: feed.stream, bytes });
  }
  return missed;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
