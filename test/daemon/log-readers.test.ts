/** Reading logs through the daemon, with its real worker. */

import { expect, test } from "bun:test";
import { LogReaders } from "../../src/daemon/log-reading/log-readers.ts";
import type { LogRequest } from "../../src/daemon/log-reading/messages.ts";
import { api, LogStage, web } from "../logfile/log-stage.ts";

const NEVER = new AbortController().signal;

function requestFor(stage: LogStage, asked: Partial<LogRequest> = {}): LogRequest {
  return {
    home: stage.home,
    owners: [api, web],
    whole: [],
    streams: ["stdout", "stderr"],
    lines: null,
    sinceMs: null,
    untilMs: null,
    grep: null,
    ignoreCase: false,
    invert: false,
    level: null,
    parses: {},
    context: 0,
    cursor: null,
    follow: false,
    ...asked,
  };
}

async function linesOf(pages: AsyncIterable<string>): Promise<string[]> {
  let text = "";
  for await (const page of pages) text += page;
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => (JSON.parse(line) as { line: string }).line);
}

test("lines come in pages, in the order of time, of several readers at once", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", 1_000, "one\n");
  stage.write(web, "stderr", 2_000, "two\n");
  const readers = new LogReaders();
  try {
    const [all, few] = await Promise.all([
      linesOf(readers.read(requestFor(stage), NEVER)),
      linesOf(readers.read(requestFor(stage, { grep: "TWO", ignoreCase: true }), NEVER)),
    ]);
    expect([all, few]).toEqual([["one", "two"], ["two"]]);
  } finally {
    readers.close();
  }
});

test("what is written is followed, also by instances that come into being", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", Date.now(), "one\n");
  const readers = new LogReaders();
  const leaving = new AbortController();
  try {
    const request = requestFor(stage, { owners: [api], whole: ["shop/api"], follow: true });
    const pages = readers.read(request, leaving.signal);
    expect((await pages.next()).value).toContain('"line":"one"');
    const next = pages.next();
    stage.write({ ...api, index: 2 }, "stdout", Date.now() + 1_000, "two\n");
    expect((await next).value).toContain('"instance":2');
    const waiting = pages.next();
    leaving.abort(new Error("gone"));
    expect(waiting).rejects.toThrow("gone");
  } finally {
    readers.close();
  }
});

test("F60 an expression that takes for ever is given up, and those who come later are served", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  // Each line takes as long as the engine lets it.
  stage.write(api, "stdout", 1_000, `${"a".repeat(64)}b\n`.repeat(50));
  const readers = new LogReaders(300);
  try {
    const stuck = linesOf(readers.read(requestFor(stage, { grep: "^(a+)+$" }), NEVER));
    const trouble: unknown = await stuck.catch((error: unknown) => error);
    expect(String(trouble)).toContain("it has taken too long");
    const served = await linesOf(readers.read(requestFor(stage, { lines: 1 }), NEVER));
    expect(served).toHaveLength(1);
  } finally {
    readers.close();
  }
});
