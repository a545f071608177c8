/** What happens, as a stream. */

import type { EventsInput } from "../../../protocol/events.ts";
import { placeOf } from "../../../protocol/place.ts";
import type { WireEvent } from "../../../protocol/shapes.ts";
import { EVENT_STREAM, JSON_LINES, wantsType } from "../media-types.ts";
import { count, moment, project, word, words, yesNo, type Values } from "../parameters.ts";
import { route, type Route } from "../route.ts";
import { named } from "../schema.ts";

export const eventParameters = {
  project,
  process: word("Of this process"),
  types: words("Only types that match, like process.*"),
  after: count("What comes after the event of that number", Number.MAX_SAFE_INTEGER),
  since: moment("From then on"),
  lines: count("Of those that are kept the last so many"),
  follow: yesNo("Goes on with what happens (true)"),
};

type Given = Values<typeof eventParameters>;

export const eventRoutes: readonly Route[] = [
  route("GET /api/events", {
    name: "followEvents",
    summary: "What happens, and on request what has happened.",
    parameters: eventParameters,
    answers: { byType: { [EVENT_STREAM]: named("Event"), [JSON_LINES]: named("Event") } },
    async run(calls, given, { headers }) {
      const last = headers.get("last-event-id") ?? "";
      const after = /^\d{1,15}$/.test(last) ? Number(last) : given.after;
      const events = wanted(given, await calls.stream("events", eventsInput({ ...given, after })));
      return wantsType(headers, JSON_LINES)
        ? { kind: "stream", chunks: lines(events), type: JSON_LINES }
        : { kind: "stream", chunks: asEvents(events), type: EVENT_STREAM, beat: ": \n\n" };
    },
  }),
];

export function eventsInput(given: Given): EventsInput {
  return {
    ...placeOf(given.project),
    all: given.project === null,
    afterSeq: given.after,
    sinceMs: given.since,
    types: given.types ?? [],
    follow: given.follow ?? true,
    last: given.lines,
  };
}

export async function* wanted(
  { process }: Pick<Given, "process">,
  events: AsyncIterable<WireEvent>,
): AsyncGenerator<WireEvent> {
  for await (const event of events) {
    // Of the daemon itself, and of what was missed, everybody is told.
    if (process === null || event.process === null || event.process === process) yield event;
  }
}

async function* lines(events: AsyncIterable<WireEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `${JSON.stringify(event)}\n`;
}

async function* asEvents(events: AsyncIterable<WireEvent>): AsyncGenerator<string> {
  for await (const event of events) yield `id: ${event.seq}\ndata: ${JSON.stringify(event)}\n\n`;
}
