/** Reading logs through the daemon, with its real worker. */

import { expect, test } from "bun:test";
import { LogReaders } from "../../src/daemon/log-reading/log-readers.ts";
import type { LogRequest } from "../../src/daemon/log-reading/messages.ts";
import { httpLimits } from "../../src/model/http-limits.ts";
import { eventually } from "../e2e/eventually.ts";
import { api, LogStage, web } from "../logfile/log-stage.ts";

/** Takes some seconds, in which nothing can break it off: longer than the readers are patient, and no longer than tests
 *  may wait for each other. */
const ENDLESS = ".*.*=x";
const ENDLESS_LINE = `${"a".repeat(4_000)}\n`;
const PATIENCE_MS = 1_000;

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
  stage.write(api, "stdout", 1_000, ENDLESS_LINE);
  const readers = new LogReaders(PATIENCE_MS);
  try {
    const stuck = linesOf(readers.read(requestFor(stage, { grep: ENDLESS }), NEVER));
    const trouble: unknown = await stuck.catch((error: unknown) => error);
    expect(String(trouble)).toContain("it has taken too long");
    const served = await linesOf(readers.read(requestFor(stage, { lines: 1 }), NEVER));
    expect(served).toHaveLength(1);
  } finally {
    readers.close();
  }
});

test("F60 who reads while another's expression is given up goes on without a gap", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", 1_000, ENDLESS_LINE);
  const readers = new LogReaders(PATIENCE_MS);
  const leaving = new AbortController();
  const seen: string[][] = [];
  const follow = async (asked: Partial<LogRequest>): Promise<void> => {
    const lines: string[] = [];
    seen.push(lines);
    const request = requestFor(stage, { owners: [web], follow: true, ...asked });
    for await (const page of readers.read(request, leaving.signal)) {
      for (const line of page.trimEnd().split("\n")) {
        lines.push((JSON.parse(line) as { line: string }).line);
      }
    }
  };
  const others = [{}, { grep: "line" }, { grep: "^line \\d+$" }].map((it) => follow(it));
  try {
    const stuck = linesOf(readers.read(requestFor(stage, { grep: ENDLESS }), NEVER));
    let isOver = false;
    const trouble = stuck.catch((error: unknown) => error).finally(() => (isOver = true));
    const written: string[] = [];
    for (; !isOver || written.length < 10; await Bun.sleep(20)) {
      written.push(`line ${written.length}`);
      stage.write(web, "stdout", Date.now(), `${written.at(-1)}\n`);
    }
    expect(String(await trouble)).toContain("it has taken too long");
    await eventually("all to have read all", async () => {
      return { value: seen, done: seen.every(({ length }) => length >= written.length) };
    });
    expect(seen).toEqual([written, written, written]);
  } finally {
    leaving.abort();
    await Promise.allSettled(others);
    readers.close();
  }
});

test("no more than so many look for an expression at once, and whoever comes then is told", async () => {
  using stage = new LogStage({ maxSizeBytes: 1e6 });
  stage.write(api, "stdout", 1_000, "one\n");
  const readers = new LogReaders();
  try {
    const request = requestFor(stage, { grep: "o.e", follow: true });
    const reading = Array.from({ length: httpLimits.logSearches }, () =>
      readers.read(request, NEVER),
    );
    await Promise.all(reading.map((it) => it.next()));
    expect(() => readers.read(request, NEVER)).toThrow("16 others search already");
    expect(await linesOf(readers.read(requestFor(stage, { grep: "one" }), NEVER))).toEqual(["one"]);
    await Promise.all(reading.map((it) => it.return(null)));
    const again = await eventually("a place to be free", async () => {
      try {
        return {
          value: await linesOf(readers.read({ ...request, follow: false }, NEVER)),
          done: true,
        };
      } catch (error) {
        return { value: [String(error)], done: false };
      }
    });
    expect(again).toEqual(["one"]);
  } finally {
    readers.close();
  }
});
