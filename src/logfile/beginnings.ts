/** Where a view of logs begins in each stream. */

import type { Missed, Position } from "./log-view.ts";
import { streamKey, type LogOwner, type LogStream } from "./paths.ts";
import type { Source } from "./pieces.ts";
import { beginningOf, endOf, type Span } from "./places.ts";

/** What bears on where it begins. */
export interface BeginningOptions extends Span {
  /** Which lines are chosen; null: all. */
  readonly rules: object | null;
  /** Places by the keys of streams; null: not asked for. */
  readonly cursor: ReadonlyMap<string, number> | null;
}

export interface Beginnings {
  readonly positions: readonly Position[];
  /** Streams that end before the cursor: begun anew since it was taken. */
  readonly begunAnew: readonly Missed[];
}

export function sourcesOf(
  owners: readonly LogOwner[],
  { streams }: { readonly streams: readonly LogStream[] },
): Source[] {
  return owners.flatMap((owner) => streams.map((stream) => ({ owner, stream })));
}

export function beginningsOf(
  home: string,
  sources: readonly Source[],
  options: BeginningOptions,
): Beginnings {
  const { cursor, rules } = options;
  if (cursor === null) {
    // Which lines are the last is known when they have been chosen.
    const span = rules === null ? options : { ...options, lines: null };
    const positions = sources.map(({ owner, stream }) => {
      return { owner, stream, place: beginningOf(home, owner, stream, span) };
    });
    return { positions, begunAnew: [] };
  }
  const isAnew = (source: Source): boolean =>
    placeIn(cursor, source) > endOf(home, source.owner, source.stream);
  const anew = new Set(sources.filter(isAnew));
  return {
    positions: sources.map((source) => {
      return { ...source, place: anew.has(source) ? 0 : placeIn(cursor, source) };
    }),
    begunAnew: [...anew].map((source) => ({ ...source, bytes: null })),
  };
}

/** A stream that is not in it was not shown. */
export function placeIn(cursor: ReadonlyMap<string, number>, source: Source): number {
  return cursor.get(streamKey(source)) ?? 0;
}
