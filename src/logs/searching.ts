/** Searching itself: goes on through output look by look, each taking in a bounded part. */

import type { LogStream } from "../logfile/paths.ts";
import { matchLine } from "../logfile/line-match.ts";
import { endOf } from "../logfile/places.ts";
import { RUN_ID_BYTES } from "../logfile/index-records.ts";
import { beginningOfRun } from "../logfile/run-beginning.ts";
import { type Block, StreamReader } from "../logfile/stream-reader.ts";
import type { Looked } from "../model/probe.ts";
import type { SearchAnswer, SearchCommand, SearchTask } from "./search-messages.ts";

const BLOCK_BYTES = 64 * 1024;
/** One look takes that much of a stream at most; what is beyond waits for the next. */
const LOOK_BYTES = 32 * 1024 * 1024;

interface Search {
  readonly task: SearchTask;
  readonly regex: RegExp;
  /** Null until its beginning could be found. */
  readers: readonly StreamReader[] | null;
}

export class Searching {
  readonly #searches = new Map<number, Search>();

  /** Null when nothing is to be answered. */
  carryOut(command: SearchCommand): SearchAnswer | null {
    switch (command.kind) {
      case "begin":
        this.#begin(command.id, command.task);
        return null;
      case "look":
        return this.#look(command.id);
      case "end":
        closeAll(this.#searches.get(command.id)?.readers ?? []);
        this.#searches.delete(command.id);
        return null;
    }
  }

  #begin(id: number, task: SearchTask): void {
    const search: Search = { task, regex: new RegExp(task.pattern), readers: null };
    this.#searches.set(id, search);
    try {
      search.readers = readersOf(task);
    } catch {
      // Without descriptors, say. The next look tries again, and tells of it.
    }
  }

  #look(id: number): SearchAnswer {
    const search = this.#searches.get(id);
    const nothing = { id, line: null, unsearched: null, trouble: null };
    if (search === undefined) return nothing;
    try {
      const readers = (search.readers ??= readersOf(search.task));
      const found = firstMatch(readers, search);
      if (found.line !== null) skipToEnd(search, readers);
      return { ...nothing, ...found };
    } catch (error) {
      return { ...nothing, trouble: error instanceof Error ? error.message : String(error) };
    }
  }
}

function readersOf(task: SearchTask): readonly StreamReader[] {
  const place = (stream: LogStream): number =>
    task.fromStart
      ? beginningOfRun(task.home, task.owner, stream, task.runId)
      : endOf(task.home, task.owner, stream);
  return task.streams.map((stream) => readerAt(task, stream, place(stream)));
}

function readerAt({ home, owner }: SearchTask, stream: LogStream, place: number): StreamReader {
  return new StreamReader({ home, owner, stream, place, blockBytes: BLOCK_BYTES });
}

function firstMatch(readers: readonly StreamReader[], { regex, task }: Search): Looked {
  const runId = task.runId.slice(0, RUN_ID_BYTES);
  let unsearched: string | null = null;
  for (const reader of readers) {
    const limit = reader.place + LOOK_BYTES;
    for (let block = reader.read(false); block !== null; block = reader.read(false)) {
      for (const line of writtenBy(runId, block).flatMap(linesOf)) {
        const isMatch = matchLine(regex, line);
        if (isMatch === true) return { line: line.trimEnd(), unsearched };
        if (isMatch === null) {
          unsearched ??= `JavaScript gives it up on a line of ${line.length} characters`;
        }
      }
      if (reader.place >= limit) break;
    }
  }
  return { line: null, unsearched };
}

/** Without their ends. */
function linesOf(block: Buffer): string[] {
  const lines = Bun.stripANSI(block.toString()).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

/** The parts of a block that no other run has written: while an instance is reloaded there are two. */
function writtenBy(runId: string, { bytes, offset, times }: Block): readonly Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = 0; at < bytes.length;) {
    const mark = times.at(offset + at);
    const end = Math.min(bytes.length, mark.until - offset);
    if (mark.runId !== null && mark.runId !== runId) {
      if (from < at) parts.push(bytes.subarray(from, at));
      from = end;
    }
    at = end;
  }
  if (from === 0) return [bytes];
  if (from < bytes.length) parts.push(bytes.subarray(from));
  return parts;
}

/** What was written together with the line that matched says nothing more. */
function skipToEnd(search: Search, readers: readonly StreamReader[]): void {
  const { task } = search;
  closeAll(readers);
  search.readers = readers.map(({ stream, place }) =>
    readerAt(task, stream, Math.max(place, endOf(task.home, task.owner, stream))),
  );
}

function closeAll(readers: readonly StreamReader[]): void {
  for (const reader of readers) reader.close();
}
