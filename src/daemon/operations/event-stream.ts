/** Events for one reader: it holds a place in the journal, not a queue, so a reader that stalls costs nothing and
 *  loses only what the journal itself no longer keeps, with a count. */

import { wireEvent, type WireEvent } from "../../protocol/shapes.ts";
import type { EventsInput } from "../../protocol/events.ts";
import type { JournalEvent } from "../../model/events.ts";
import type { Store } from "../../supervisor/ports.ts";
import type { DaemonContext } from "../context.ts";

/** Events read from the journal at once. */
const BATCH = 256;

export async function* followEvents(
  { store, supervisor, clock }: Pick<DaemonContext, "store" | "supervisor" | "clock">,
  { afterSeq, sinceMs, follow }: EventsInput,
  from: number | null,
  signal: AbortSignal,
): AsyncGenerator<WireEvent> {
  const fromNow = afterSeq === null && sinceMs === null && from === null && follow;
  let place = Math.max(afterSeq ?? (fromNow ? supervisor.lastSeq : 0), from ?? 0);
  const resumes = afterSeq !== null;
  // An event that nobody has told yet: the registry has begun anew since.
  if (resumes && afterSeq > supervisor.lastSeq) {
    place = Math.max(0, store.firstSeq() - 1);
    yield gap(place, null, clock.now().wallMs);
  }
  for (;;) {
    const missed = store.firstSeq() - place - 1;
    if (missed > 0) {
      if (resumes || place > 0) yield gap(place + missed, missed, clock.now().wallMs);
      place += missed;
    }
    const events = eventsAfter(store, place, supervisor.lastSeq);
    for (const event of events) {
      place = event.seq;
      if (sinceMs === null || event.atMs >= sinceMs) yield wireEvent(event);
    }
    if (events.length > 0) continue;
    if (!follow) return;
    await supervisor.until(() => (supervisor.lastSeq > place ? true : undefined), signal);
  }
}

/** Read once for all who wait at the same place, as most do. */
function eventsAfter(store: Store, place: number, lastSeq: number): readonly JournalEvent[] {
  if (latest?.store !== store || latest.place !== place || latest.lastSeq !== lastSeq) {
    latest = { store, place, lastSeq, events: store.eventsAfter(place, BATCH) };
  }
  return latest.events;
}

let latest: {
  readonly store: Store;
  readonly place: number;
  readonly lastSeq: number;
  readonly events: readonly JournalEvent[];
} | null = null;

/** The place after which stand the last so many of the events that are wanted; 0 when there are not so many. */
export function placeOfLast(
  { store, supervisor }: DaemonContext,
  count: number,
  isWanted: (event: WireEvent) => boolean,
): number {
  const first = store.firstSeq();
  let left = count;
  let end = supervisor.lastSeq;
  if (left === 0) return end;
  while (end >= first && end > 0) {
    const begin = Math.max(0, end - BATCH);
    const events = store.eventsAfter(begin, end - begin).filter(({ seq }) => seq <= end);
    for (const event of events.toReversed()) {
      if (isWanted(wireEvent(event))) left -= 1;
      if (left === 0) return event.seq - 1;
    }
    end = begin;
  }
  return 0;
}

/** Tells the reader that events before the one that follows are no longer kept; null: nobody knows how many. */
function gap(seq: number, count: number | null, nowMs: number): WireEvent {
  return {
    seq,
    time: new Date(nowMs).toISOString(),
    type: "events.missed",
    project: null,
    process: null,
    instance: null,
    runId: null,
    data: { count },
  };
}
