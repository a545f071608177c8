/** A reader of events finds its place in the journal, and is told where that is not there. */

import { expect, test } from "bun:test";
import { followEvents } from "../../src/daemon/operations/event-stream.ts";
import type { JournalEvent } from "../../src/model/events.ts";

/** Keeps the events from `first` to `last`. */
function journal(first: number, last: number) {
  const events = Array.from({ length: last - first + 1 }, (_, nth): JournalEvent => {
    const about = { project: null, process: null, instance: null, instanceId: null, runId: null };
    return { ...about, type: "daemon.started", data: {}, atMs: 0, seq: first + nth };
  });
  return {
    store: {
      firstSeq: () => (events.length === 0 ? 0 : first),
      eventsAfter: (seq: number, limit: number) =>
        events.filter((it) => it.seq > seq).slice(0, limit),
    },
    supervisor: { lastSeq: last },
    clock: { now: () => ({ monoMs: 0, wallMs: 0 }) },
  } as unknown as Parameters<typeof followEvents>[0];
}

async function told(of: ReturnType<typeof journal>, afterSeq: number): Promise<unknown[]> {
  const asked = { afterSeq, sinceMs: null, follow: false, types: [], all: true };
  const input = { ...asked, project: null, directory: "/", exact: true, files: [] };
  const seen: unknown[] = [];
  for await (const { seq, type, data } of followEvents(
    of,
    input,
    null,
    new AbortController().signal,
  )) {
    seen.push(type === "events.missed" ? [seq, data["count"]] : seq);
  }
  return seen;
}

test.each([
  ["what is kept", 5, [6, 7]],
  ["nothing, after the last", 7, []],
  ["how many are no longer kept", 1, [[3, 2], 4, 5, 6, 7]],
  ["that the numbers began anew, and all", 8, [[3, null], 4, 5, 6, 7]],
])("whoever goes on is told %s", async (_, afterSeq, seen) => {
  expect(await told(journal(4, 7), afterSeq)).toEqual(seen);
});

test("whoever goes on in a journal that is empty is told that it began anew", async () => {
  expect(await told(journal(1, 0), 8)).toEqual([[0, null]]);
});
