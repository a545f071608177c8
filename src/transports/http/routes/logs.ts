/** What processes write: as JSON, or line by line while it is followed. */

import { ProcmanError } from "../../../model/errors.ts";
import { placeOf } from "../../../protocol/place.ts";
import { count, level, moment, oneOf, project, word, yesNo, type Values } from "../parameters.ts";
import { route, type Route } from "../route.ts";
import { listOf, named } from "../schema.ts";
import { EVENT_STREAM, JSON_LINES, wantsType } from "../media-types.ts";

/** When nothing else is asked for, as much as can be read. */
const USUAL_LINES = 100;

const parameters = {
  project,
  lines: count("The last so many of those that are chosen (100, unless a time or cursor is given)"),
  stream: oneOf("One stream only", ["stdout", "stderr"]),
  since: moment("Written since then"),
  before: moment("Written before then"),
  grep: word("Lines that match a regular expression of JavaScript"),
  ignoreCase: yesNo("With grep: in capitals or not"),
  invert: yesNo("With grep: lines that do not match"),
  context: count("With grep or level: so many lines around each", 1_000),
  level,
  cursor: word("What comes after a line, by its cursor"),
  follow: yesNo("Goes on with what is written"),
};

export const logRoutes: readonly Route[] = [
  route("GET /api/processes/{target}/logs", {
    name: "getLogs",
    summary: "What processes write, in the order of time.",
    parameters,
    answers: {
      byType: {
        "application/json": listOf(named("LogLine")),
        [JSON_LINES]: named("LogLine"),
        [EVENT_STREAM]: named("LogLine"),
      },
    },
    async run(calls, given, { path, headers }) {
      const last = headers.get("last-event-id");
      const isEvents = wantsType(headers, EVENT_STREAM);
      const input = { ...logsInput(given, last), targets: [path["target"] ?? ""] };
      const found = await calls.stream("logs", input);
      // What cannot be read is told with a status, as long as nothing else was said.
      const pages = input.follow ? found : await begun(found);
      if (isEvents) {
        return { kind: "stream", chunks: asEvents(pages), type: EVENT_STREAM, beat: ": \n\n" };
      }
      return given.follow === true || wantsType(headers, JSON_LINES)
        ? { kind: "stream", chunks: asLines(pages), type: JSON_LINES }
        : { kind: "stream", chunks: asList(pages), type: "application/json" };
    },
  }),
];

function logsInput(given: Values<typeof parameters>, lastId: string | null) {
  const cursor = lastId ?? given.cursor;
  const hasPlace = cursor !== null || given.since !== null;
  return {
    ...placeOf(given.project),
    streams: given.stream === null ? (["stdout", "stderr"] as const).slice() : [given.stream],
    lines: lastId === null ? (given.lines ?? (hasPlace ? null : USUAL_LINES)) : null,
    sinceMs: given.since,
    untilMs: given.before === null ? null : given.before - 1,
    grep: given.grep,
    ignoreCase: given.ignoreCase ?? false,
    invert: given.invert ?? false,
    level: given.level,
    context: given.context ?? 0,
    cursor,
    follow: given.follow ?? false,
  };
}

async function begun(pages: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const iterator = pages[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    try {
      for (let page = first; page.done !== true; page = await iterator.next()) yield page.value;
    } finally {
      await iterator.return?.();
    }
  })();
}

/** One list of all of them. */
async function* asList(pages: AsyncIterable<string>): AsyncGenerator<string> {
  let before = "[";
  for await (const page of pages) {
    yield before + page.slice(0, -1).replaceAll("\n", ",\n");
    before = ",\n";
  }
  yield before === "[" ? "[]\n" : "]\n";
}

/** Each with its cursor for an id, so that browsers go on where they were. */
async function* asEvents(pages: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    for await (const page of pages) {
      const lines = page.slice(0, -1).split("\n");
      yield lines.map((line) => `${idOf(line)}data: ${line}\n\n`).join("");
    }
  } catch (error) {
    yield `event: failed\ndata: ${faultLine(error)}\n`;
  }
}

/** Who follows has had a status already. */
async function* asLines(pages: AsyncIterable<string>): AsyncGenerator<string> {
  try {
    yield* pages;
  } catch (error) {
    yield faultLine(error);
  }
}

/** Why there is no more. What is not expected cuts the stream. */
function faultLine(error: unknown): string {
  if (!(error instanceof ProcmanError)) throw error;
  return `${JSON.stringify({ error: error.problem })}\n`;
}

function idOf(line: string): string {
  const { cursor } = JSON.parse(line) as { cursor?: string };
  return cursor === undefined ? "" : `id: ${cursor}\n`;
}
