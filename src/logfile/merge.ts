/** Several streams as one, in the order of time. */

import type { Feed } from "./feed.ts";
import type { Piece } from "./pieces.ts";

interface Queue {
  readonly feed: Feed;
  readonly pieces: readonly Piece[];
  at: number;
}

/** Takes from each stream what is earliest, until all are at their ends. What was given is good until the next. */
export function* merged(
  ends: ReadonlyMap<Feed, number>,
  takePartial: boolean,
): Generator<readonly Piece[]> {
  const queues: Queue[] = [];
  const refill = (feed: Feed): void => {
    const pieces = feed.next(takePartial, ends.get(feed) ?? 0);
    if (pieces !== null) insert(queues, { feed, pieces, at: 0 });
  };
  for (const feed of ends.keys()) refill(feed);
  let taken: Piece[] = [];
  for (let first = queues.shift(); first !== undefined; first = queues.shift()) {
    const next = queues[0];
    takeUntil(first, next === undefined ? Number.POSITIVE_INFINITY : headMs(next), taken);
    if (first.at < first.pieces.length) {
      insert(queues, first);
      continue;
    }
    // The next read overwrites what these are made of.
    if (taken.length > 0) yield taken;
    taken = [];
    refill(first.feed);
  }
}

function takeUntil(queue: Queue, limitMs: number, taken: Piece[]): void {
  for (; queue.at < queue.pieces.length; queue.at += 1) {
    const piece = queue.pieces[queue.at]!;
    if (piece.timeMs > limitMs && !piece.joins) return;
    taken.push(piece);
  }
}

/** Behind those of the same time. */
function insert(queues: Queue[], queue: Queue): void {
  const ms = headMs(queue);
  let [low, high] = [0, queues.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (headMs(queues[middle]!) <= ms) low = middle + 1;
    else high = middle;
  }
  queues.splice(low, 0, queue);
}

function headMs({ pieces, at }: Queue): number {
  return pieces[at]?.timeMs ?? 0;
}
