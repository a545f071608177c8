/** Several streams as one, in the order of time; and, when following, what is added to them. Reads only as fast as it
 *  is asked to: a consumer that stalls costs nothing, and finds its place again. */

import type { LogOwner, LogStream } from "./paths.ts";
import { beginningOf, endOf, firstSince, lastLines } from "./places.ts";
import { StreamReader, type LogLine } from "./stream-reader.ts";

export interface Selection {
  readonly owner: LogOwner;
  readonly stream: LogStream;
  /** Where to begin; null: where `lines` and `sinceMs` say. */
  readonly place: number | null;
}

export interface LogViewOptions {
  readonly home: string;
  readonly selections: readonly Selection[];
  /** The last so many lines of all streams together; null: all. */
  readonly lines: number | null;
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly follow: boolean;
  /** Streams that have come into being; asked now and then while following. Those known already do no harm. */
  readonly discover: () => readonly Selection[];
  readonly signal: AbortSignal;
}

export interface ViewBatch {
  readonly lines: readonly LogLine[];
  /** Bytes that were gone before they could be read. */
  readonly missedBytes: number;
}

/** The longest pause between two looks for something new. */
const LOOK_MS = 50;
/** A line without an end is shown after that long without more of it. */
const PARTIAL_AFTER_MS = 250;
const DISCOVER_MS = 500;
/** Lines given at once. */
const BATCH_LINES = 4_096;

export async function* logView(options: LogViewOptions): AsyncGenerator<ViewBatch> {
  const readers = new Map<string, StreamReader>();
  const add = (selection: Selection): void => {
    const key = keyOf(selection);
    if (readers.has(key)) return;
    const { owner, stream } = selection;
    const place = selection.place ?? beginning(options, selection);
    readers.set(key, new StreamReader(options.home, owner, stream, place));
  };
  for (const selection of options.selections) add(selection);
  const ends = new Map(
    [...readers.values()].map((it) => [it, endOf(options.home, it.owner, it.stream)] as const),
  );
  try {
    yield* present(options, ends);
    if (options.follow) yield* coming(options, readers, add);
  } finally {
    for (const reader of readers.values()) reader.close();
  }
}

/** What was there when the reading began: a stream that is written faster than it is read has no other end. */
function* present(
  options: LogViewOptions,
  ends: ReadonlyMap<StreamReader, number>,
): Generator<ViewBatch> {
  const { lines: wanted, untilMs, follow } = options;
  let last: LogLine[] = [];
  let missedBytes = 0;
  for (const batch of merged(ends, !follow)) {
    missedBytes += batch.missedBytes;
    const lines = untilMs === null ? batch.lines : batch.lines.filter((it) => it.timeMs <= untilMs);
    if (wanted === null) yield { ...batch, lines };
    else last = [...last, ...lines].slice(-wanted);
  }
  if (wanted !== null) yield { lines: wanted === 0 ? [] : last, missedBytes };
}

async function* coming(
  options: LogViewOptions,
  readers: ReadonlyMap<string, StreamReader>,
  add: (selection: Selection) => void,
): AsyncGenerator<ViewBatch> {
  const unfinished = new Map<StreamReader, { readonly place: number; readonly sinceMs: number }>();
  let discoveredMs = 0;
  while (!options.signal.aborted) {
    const nowMs = Date.now();
    if (nowMs - discoveredMs > DISCOVER_MS) {
      discoveredMs = nowMs;
      for (const selection of options.discover())
        add({ ...selection, place: selection.place ?? 0 });
    }
    const batch = round([...readers.values()], unfinished, nowMs);
    if (batch.lines.length > 0 || batch.missedBytes > 0) yield batch;
    else await pause(LOOK_MS, options.signal);
  }
  // When following ends: what was written up to then, unfinished lines too.
  const all = [...readers.values()];
  yield* merged(
    new Map(all.map((it) => [it, endOf(options.home, it.owner, it.stream)] as const)),
    true,
  );
}

/** One batch of each reader, by time. */
function round(
  readers: readonly StreamReader[],
  unfinished: Map<StreamReader, { readonly place: number; readonly sinceMs: number }>,
  nowMs: number,
): ViewBatch {
  const lines: LogLine[] = [];
  let missedBytes = 0;
  for (const reader of readers) {
    const waits = unfinished.get(reader);
    const isOverdue = waits?.place === reader.place && nowMs - waits.sinceMs >= PARTIAL_AFTER_MS;
    const batch = reader.read(isOverdue);
    missedBytes += batch.missedBytes;
    for (const line of batch.lines) lines.push(line);
    if (waits?.place !== reader.place || batch.lines.length > 0) {
      unfinished.set(reader, { place: reader.place, sinceMs: nowMs });
    }
  }
  if (readers.length > 1) lines.sort((one, other) => one.timeMs - other.timeMs);
  return { lines, missedBytes };
}

/** Takes from each stream what is earliest, until all are at their ends. */
function* merged(
  ends: ReadonlyMap<StreamReader, number>,
  takePartial: boolean,
): Generator<ViewBatch> {
  let missedBytes = 0;
  const refill = (reader: StreamReader): Queue | null => {
    if (reader.place >= (ends.get(reader) ?? 0)) return null;
    const batch = reader.read(takePartial);
    missedBytes += batch.missedBytes;
    return batch.lines.length === 0 ? null : { reader, lines: batch.lines, at: 0 };
  };
  const queues = [...ends.keys()].flatMap((reader) => refill(reader) ?? []);
  let lines: LogLine[] = [];
  while (queues.length > 0) {
    queues.sort((one, other) => headMs(one) - headMs(other));
    const [first, second] = queues;
    if (first === undefined) break;
    const limitMs = second === undefined ? Number.POSITIVE_INFINITY : headMs(second);
    for (; first.at < first.lines.length && headMs(first) <= limitMs; first.at += 1) {
      const line = first.lines[first.at];
      if (line !== undefined) lines.push(line);
    }
    if (first.at === first.lines.length) {
      queues.shift();
      const next = refill(first.reader);
      if (next !== null) queues.push(next);
    }
    if (lines.length < BATCH_LINES) continue;
    yield { lines, missedBytes };
    lines = [];
    missedBytes = 0;
  }
  if (lines.length > 0 || missedBytes > 0) yield { lines, missedBytes };
}

interface Queue {
  readonly reader: StreamReader;
  readonly lines: readonly LogLine[];
  at: number;
}

function headMs({ lines, at }: Queue): number {
  return lines[at]?.timeMs ?? 0;
}

function beginning({ home, lines, sinceMs }: LogViewOptions, { owner, stream }: Selection): number {
  const since = sinceMs === null ? 0 : firstSince(home, owner, stream, sinceMs);
  if (lines === null) return sinceMs === null ? beginningOf(home, owner, stream) : since;
  return Math.max(since, lastLines(home, owner, stream, lines));
}

function keyOf({ owner, stream }: Selection): string {
  return `${owner.project}/${owner.process}.${owner.index}.${stream}`;
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
