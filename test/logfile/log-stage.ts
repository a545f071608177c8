/** A home with log files for one test, written as the log worker writes them but at times of the test's own; and views
 *  of them. */

import { mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RotationRules } from "../../src/logs/chain.ts";
import { LogFile } from "../../src/logs/log-file.ts";
import { logView, type LogViewOptions, type ViewBatch } from "../../src/logfile/log-view.ts";
import { LOG_STREAMS, logPath, type LogOwner, type LogStream } from "../../src/logfile/paths.ts";
import { beginningOf, type Span } from "../../src/logfile/places.ts";

export const api: LogOwner = { project: "shop", process: "api", index: 1 };
export const web: LogOwner = { project: "shop", process: "web", index: 1 };

type Asked = Partial<LogViewOptions> & Partial<Span>;

export class LogStage {
  readonly home = mkdtempSync(join(tmpdir(), "procman-view-"));
  readonly #rules: RotationRules;
  readonly #files = new Map<string, LogFile>();

  constructor(rules: Partial<RotationRules> = {}) {
    this.#rules = { maxSizeBytes: 30, maxFiles: 3, maxAgeMs: null, ...rules };
  }

  write(owner: LogOwner, stream: LogStream, timeMs: number, text: string | Uint8Array): void {
    const file = this.file(owner, stream);
    file.open();
    if (file.isDue() && file.endsLine()) file.rotate();
    file.begin(timeMs, "run-1");
    const bytes = Buffer.from(text);
    file.added(writeSync(file.fd, bytes, 0, bytes.length, file.offset));
  }

  file(owner: LogOwner, stream: LogStream): LogFile {
    const path = this.path(owner, stream);
    const file = this.#files.get(path) ?? new LogFile(path, this.#rules);
    this.#files.set(path, file);
    return file;
  }

  path(owner: LogOwner, stream: LogStream): string {
    return logPath(this.home, owner, stream);
  }

  /** As a daemon does that starts anew: it knows what the files say. */
  forget(): void {
    for (const file of this.#files.values()) file.close();
    this.#files.clear();
  }

  /** Of both streams of both owners, unless positions are given. */
  view(asked: Asked = {}): AsyncGenerator<ViewBatch> {
    const span = { lines: null, sinceMs: null, untilMs: null, ...asked };
    const sources = [api, web].flatMap((owner) => LOG_STREAMS.map((stream) => ({ owner, stream })));
    return logView({
      home: this.home,
      positions: sources.map((source) => {
        const chosen = asked.filter === undefined ? span : { ...span, lines: null };
        return { ...source, place: beginningOf(this.home, source.owner, source.stream, chosen) };
      }),
      follow: false,
      filter: null,
      discover: () => [],
      beginning: () => 0,
      signal: new AbortController().signal,
      ...span,
    });
  }

  async lines(asked: Asked = {}): Promise<string[]> {
    const found: string[] = [];
    for await (const batch of this.view(asked)) found.push(...linesOf(batch));
    return found;
  }

  [Symbol.dispose](): void {
    this.forget();
    rmSync(this.home, { recursive: true });
  }
}

export function linesOf({ pieces }: ViewBatch): string[] {
  return pieces.flatMap(({ bytes }) => bytes.toString().replace(/\n$/, "").split("\n"));
}
