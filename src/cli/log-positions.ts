/** Where a view of logs begins in each stream. */

import type { Missed, Position } from "../logfile/log-view.ts";
import { streamKey, type LogOwner } from "../logfile/paths.ts";
import type { Source } from "../logfile/pieces.ts";
import { beginningOf, endOf } from "../logfile/places.ts";
import type { LogOptions } from "./log-options.ts";

export interface Beginnings {
  readonly positions: readonly Position[];
  /** Streams that end before the cursor: begun anew since it was taken. */
  readonly begunAnew: readonly Missed[];
}

export function sourcesOf(owners: readonly LogOwner[], { streams }: LogOptions): Source[] {
  return owners.flatMap((owner) => streams.map((stream) => ({ owner, stream })));
}

export function beginningsOf(
  home: string,
  sources: readonly Source[],
  options: LogOptions,
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
