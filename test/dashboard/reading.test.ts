/** What the page reads from the daemon, and asks of it. */

import { describe, expect, test } from "bun:test";
import { MessageReader } from "../../src/dashboard/event-stream.ts";
import {
  expressionFault,
  logPath,
  olderThan,
  withoutShown,
} from "../../src/dashboard/log-query.ts";
import { placeOf } from "../../src/dashboard/place.ts";
import type { LogLine } from "../../src/protocol/logs.ts";

describe("a stream of events", () => {
  const rows: readonly (readonly [
    title: string,
    chunks: readonly string[],
    messages: readonly (readonly [id: string | null, data: string])[],
  ])[] = [
    [
      "has a message for each block",
      ["id: 1\ndata: a\n\nid: 2\ndata: b\n\n"],
      [
        ["1", "a"],
        ["2", "b"],
      ],
    ],
    [
      "may come in any pieces",
      ["id: 1\nda", "ta: a", "\n", "\ndata: b\n\n"],
      [
        ["1", "a"],
        [null, "b"],
      ],
    ],
    ["has beats, which say nothing", [": \n\n", ": \n\ndata: a\n\n"], [[null, "a"]]],
    ["is told of what is whole alone", ["data: a\n\ndata: b"], [[null, "a"]]],
    ["has messages of several lines", ["data: a\ndata: b\n\n"], [[null, "a\nb"]]],
  ];
  test.each(rows)("%s", (_, chunks, messages) => {
    const reader = new MessageReader();
    const read = chunks.flatMap((chunk) => reader.push(chunk));
    expect(read.map(({ id, data }) => [id, data] as const)).toEqual([...messages]);
  });
});

describe("a log", () => {
  const query = { grep: "", level: "", stream: "", context: "", project: null };
  const line = (time: string, cursor: string): LogLine =>
    ({ time: `2026-01-01T00:00:${time}Z`, cursor, stream: "stdout" }) as LogLine;

  test("is asked for with what was chosen, and nothing else", () => {
    const path = logPath("shop/api.1", query, { lines: "5", cursor: null });
    expect(path).toBe("/api/processes/shop%2Fapi.1/logs?lines=5");
    const chosen = {
      grep: "a&b=c",
      level: "warn",
      stream: "stderr",
      context: "2",
      project: "shop",
    };
    expect(logPath("all", chosen, { lines: "5", follow: "true" })).toBe(
      "/api/processes/all/logs?project=shop&level=warn&stream=stderr&grep=a%26b%3Dc&ignoreCase=true&context=2&lines=5&follow=true",
    );
  });

  test("has nothing around what is not looked for", () => {
    const path = logPath("api", { ...query, context: "2" }, { lines: "5" });
    expect(path).toBe("/api/processes/api/logs?lines=5");
  });

  test("begins with its end where nothing is shown yet", () => {
    expect(olderThan([], 100)).toEqual({ before: null, lines: "100" });
  });

  test("leaves out no older line of the same millisecond as the first that is shown", () => {
    const shown = [line("01.000", "b"), line("01.000", "c"), line("02.000", "d")];
    expect(olderThan(shown, 100)).toEqual({ before: "2026-01-01T00:00:01.001Z", lines: "102" });
    const older = [line("00.500", "0"), line("01.000", "a"), ...shown.slice(0, 2)];
    expect(withoutShown(older, shown).map(({ cursor }) => cursor)).toEqual(["0", "a"]);
  });

  test("is searched by expressions that are some", () => {
    expect(expressionFault("a.*b")).toBe("");
    expect(expressionFault("a(")).not.toBe("");
  });
});

describe("an address", () => {
  const rows = [
    ["", { kind: "processes" }],
    ["#/", { kind: "processes" }],
    ["#/p/shop%2Fapi.1", { kind: "process", id: "shop/api.1", tab: "log" }],
    ["#/p/shop%2Fapi.1/why", { kind: "process", id: "shop/api.1", tab: "why" }],
    ["#/p/shop%2Fapi.1/nothing", { kind: "process", id: "shop/api.1", tab: "log" }],
    ["#/logs/my%20shop", { kind: "logs", project: "my shop" }],
    ["#/graph/shop", { kind: "graph", project: "shop" }],
    ["#/events", { kind: "events" }],
    ["#/p/%E0%A4%A", { kind: "process", id: "%E0%A4%A", tab: "log" }],
    ["#/p/", { kind: "processes" }],
    ["#/constructor", { kind: "processes" }],
  ] as const;
  test.each(rows)("'%s' is a place", (hash, place) => expect(placeOf(hash)).toEqual(place));
});
