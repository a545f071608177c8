/** What a request for logs asks for, read page by page, as fast as it is asked for. */

import { beginningsOf, placeIn, sourcesOf } from "../../logfile/beginnings.ts";
import { Cursor, parseCursor } from "../../logfile/cursor.ts";
import { JsonLines } from "../../logfile/json-lines.ts";
import { LineFilter, type FilterRules } from "../../logfile/line-filter.ts";
import { lineSearch } from "../../logfile/line-search.ts";
import { logView } from "../../logfile/log-view.ts";
import { ownersOnDisk } from "../../logfile/on-disk.ts";
import type { LogOwner } from "../../logfile/paths.ts";
import { firstSince } from "../../logfile/places.ts";
import type { LogParse } from "../../model/spec.ts";
import type { LogRequest } from "./messages.ts";

export async function* pagesOf(request: LogRequest, signal: AbortSignal): AsyncGenerator<string> {
  const { home, owners, follow, lines, untilMs, whole } = request;
  const beganMs = Date.now();
  const cursor = request.cursor === null ? null : parseCursor(request.cursor);
  const rules = rulesOf(request);
  const sources = sourcesOf(owners, request);
  const { positions, begunAnew } = beginningsOf(home, sources, { ...request, cursor, rules });
  const shown = new Cursor();
  for (const position of positions) shown.pass(position, position.place);
  const parse = ({ project, process }: LogOwner): LogParse =>
    request.parses[`${project}/${process}`] ?? "auto";
  const rendering = new JsonLines(shown, parse);
  const view = logView({
    home,
    positions,
    lines,
    untilMs,
    follow,
    filter: rules === null ? null : (source) => new LineFilter(source, rules, parse(source.owner)),
    discover: () => sourcesOf(instancesOf(home, whole), request),
    beginning: (source) =>
      cursor === null
        ? firstSince(home, source.owner, source.stream, beganMs)
        : placeIn(cursor, source),
    signal,
  });
  if (begunAnew.length > 0) yield text(rendering, { pieces: [], passed: [], missed: begunAnew });
  for await (const batch of view) {
    const page = text(rendering, batch);
    if (page !== "") yield page;
  }
}

function text(rendering: JsonLines, batch: Parameters<JsonLines["render"]>[0]): string {
  return Buffer.from(rendering.render(batch)).toString();
}

function rulesOf({ grep, ignoreCase, invert, level, context }: LogRequest): FilterRules | null {
  if (grep === null && level === null) return null;
  const search = grep === null ? null : lineSearch(grep, { ignoreCase });
  return { search, invert, least: level, before: context, after: context };
}

function instancesOf(home: string, processes: readonly string[]): LogOwner[] {
  const projects = new Set(processes.map((it) => it.slice(0, it.lastIndexOf("/"))));
  return [...projects]
    .flatMap((project) => ownersOnDisk(home, project))
    .filter(({ project, process }) => processes.includes(`${project}/${process}`));
}
