/** Output by reading and writing, for systems without splice: the same pipes, files and promises, except that what was
 *  read and not yet written dies with a daemon that is killed. */

import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { emptyEach, emptyLog, type Emptied } from "../logfile/emptying.ts";
import type { InstanceId } from "../model/ids.ts";
import { LOG_STREAMS, logPath, type LogStream } from "../logfile/paths.ts";
import type { Output, OutputEnds, OutputRun } from "../supervisor/ports.ts";
import { replaceByCompressed } from "./chain.ts";
import { compressionOf, compressRotated } from "./compression.ts";
import { Fifos } from "./fifos.ts";
import type { LogFile } from "./log-file.ts";
import { LogFiles, type SharedLog } from "./log-files.ts";
import { Losses } from "./losses.ts";
import { adjusted, copyOf, MergedFiles, type Merging } from "./merging.ts";
import type { OutputOptions } from "./options.ts";
import type { OutputPlane } from "./plane.ts";
import { Searches } from "./searches.ts";
import { sweepLogs, type KeptLog } from "./retention.ts";
import { Rotations } from "./rotations.ts";
import { firstLineOf, Overflow, type Loss } from "./overflow.ts";
import { causeOf, Troubles } from "./troubles.ts";

/** The pause between two looks at all pipes: short while something comes, longer while nothing does. */
const BUSY_MS = 5;
const IDLE_MS = 50;
/** What one stream may move before the others have their turn. */
const TURN_BYTES = 1024 * 1024;
/** What is drained into a full disk is given up after that long: the run has to end. */
const DRAIN_PATIENCE_MS = 5_000;

const NEWLINE = 10;

interface Pumped {
  readonly fd: number;
  readonly log: SharedLog;
  readonly file: LogFile;
  readonly overflow: Overflow;
  merging: Merging | null;
  /** Read and not yet written: the disk was full, or another run writes to the file too. */
  rest: Buffer;
  /** Its run is over. */
  isLast: boolean;
}

export class PumpedOutput implements OutputPlane {
  readonly #options: OutputOptions;
  readonly #fifos: Fifos;
  readonly #runs = new Map<
    string,
    { readonly run: OutputRun; readonly streams: readonly Pumped[] }
  >();
  readonly #losses: Losses;
  readonly #rotations: Rotations;
  readonly #searches: Searches;
  readonly #troubles: Troubles;
  readonly #merged: MergedFiles;
  readonly #logFiles = new LogFiles();
  readonly #buffer = Buffer.alloc(64 * 1024);
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: OutputOptions) {
    this.#options = options;
    this.#fifos = new Fifos(options.home);
    this.#losses = new Losses(options.home, options.onDropped);
    this.#rotations = new Rotations(options);
    this.#searches = new Searches(options.home, options.trouble);
    this.#troubles = new Troubles((what) => options.trouble("log files", what));
    this.#merged = new MergedFiles(this.#troubles);
  }

  get search(): Output["search"] {
    return this.#searches.search;
  }

  open(run: OutputRun): OutputEnds {
    const ends = this.#fifos.openChildEnds(run.runId);
    this.#begin(run);
    return ends;
  }

  resume(run: OutputRun): void {
    this.#fifos.make(run.runId);
    this.#begin(run);
  }

  capture(run: OutputRun, stream: LogStream): string {
    if (!this.#runs.has(run.runId)) {
      this.#fifos.make(run.runId, [stream]);
      this.#begin(run, [stream]);
    }
    return this.#fifos.path(run.runId, stream);
  }

  adjust(run: OutputRun): void {
    const known = this.#runs.get(run.runId);
    if (known === undefined) return;
    this.#runs.set(run.runId, { ...known, run });
    for (const stream of known.streams) {
      const { file, overflow, merging } = stream;
      overflow.adjust(run.log.onFull);
      stream.merging = adjusted(merging, file, copyOf(run.log), () => this.#join(run));
      try {
        file.adjust(run.log);
      } catch (error) {
        this.#troubles.stuck(file.path, causeOf(error));
      }
    }
  }

  #join(run: OutputRun): Merging | null {
    return this.#merged.join(copyOf(run.log), run.log, (path) => this.#rotated(run, path));
  }

  async drain(runId: string): Promise<void> {
    const found = this.#runs.get(runId);
    if (found === undefined) return;
    const giveUpAt = performance.now() + DRAIN_PATIENCE_MS;
    for (const stream of found.streams) {
      stream.isLast = true;
      for (let moved = 1; (moved > 0 || stream.rest.length > 0) && performance.now() < giveUpAt;) {
        moved = this.#move(found.run, stream);
        if (moved === 0 && stream.rest.length > 0) await Bun.sleep(IDLE_MS);
      }
      stream.overflow.threwAway(stream.rest);
      this.#tellLoss(found.run, stream, stream.overflow.end());
      this.#troubles.forget(stream.file.path);
      this.#close(stream);
    }
    this.#fifos.remove(runId);
    this.#runs.delete(runId);
  }

  droppedBytes(instance: InstanceId): number {
    return this.#losses.of(instance);
  }

  async flush(logs: readonly string[]): Promise<readonly Emptied[]> {
    const streams = [...this.#runs.values()].flatMap((run) => run.streams);
    const files = new Map(streams.map(({ file }) => [file.path, file]));
    return emptyEach(logs, (log) => files.get(log)?.flush() ?? emptyLog(log));
  }

  sweep(kept: readonly KeptLog[]): void {
    sweepLogs(join(this.#options.home, "logs"), kept);
  }

  async close(): Promise<void> {
    this.#searches.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const { streams } of this.#runs.values()) {
      for (const stream of streams) this.#close(stream);
    }
    this.#runs.clear();
  }

  #begin(run: OutputRun, which: readonly LogStream[] = LOG_STREAMS): void {
    const streams = which.map((stream) => {
      const log = this.#logFiles.join(logPath(this.#options.home, run, stream), run.log);
      const { file } = log;
      const fifo = this.#fifos.path(run.runId, stream);
      const fd = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
      this.#openFile(file);
      const overflow = new Overflow(run.log.onFull);
      return { fd, log, file, overflow, merging: this.#join(run), rest: EMPTY, isLast: false };
    });
    this.#runs.set(run.runId, { run, streams });
    this.#timer ??= setTimeout(() => this.#look(), BUSY_MS);
  }

  /** What comes waits while it cannot be opened. */
  #openFile(file: LogFile): void {
    try {
      file.open();
    } catch (error) {
      this.#troubles.stuck(file.path, causeOf(error));
    }
  }

  #look(): void {
    let moved = 0;
    for (const { run, streams } of this.#runs.values()) {
      for (const stream of streams) {
        for (let turn = 0; turn < TURN_BYTES;) {
          const bytes = this.#move(run, stream);
          if (bytes === 0) break;
          turn += bytes;
          moved += bytes;
        }
      }
    }
    const isIdle = this.#runs.size === 0;
    this.#timer = isIdle ? null : setTimeout(() => this.#look(), moved > 0 ? BUSY_MS : IDLE_MS);
  }

  /** One bufferful; the number of bytes that are out of the way, in the file or thrown away. */
  #move(run: OutputRun, stream: Pumped): number {
    const { file, overflow } = stream;
    const monoMs = performance.now();
    const mayTry = overflow.mayTry(monoMs);
    if (!mayTry && !overflow.isDropping) return 0;
    let bytes: Buffer = stream.rest;
    let later: Buffer = EMPTY;
    try {
      [bytes, later] = this.#take(stream, monoMs);
      if (bytes.length === 0) return 0;
      if (!mayTry) return this.#throwAway(run, stream, bytes);
      file.begin(Date.now(), run.runId);
      const skipped = overflow.isDropping
        ? overflow.bytesToSkip(file.endsLine(), firstLineOf(bytes))
        : 0;
      overflow.threwAway(bytes.subarray(0, skipped));
      bytes = bytes.subarray(skipped);
      const written = bytes.length === 0 ? 0 : this.#write(run, file, bytes);
      if (written > 0) overflow.moved();
      stream.merging?.take(file, written);
      if (written > 0) stream.log.wrote(stream);
      stream.rest = Buffer.concat([bytes.subarray(written), later]);
      this.#tellLoss(run, stream, overflow.news(performance.now()));
      if (written > 0) this.#troubles.well(file.path);
      return skipped + written;
    } catch (error) {
      this.#troubles.stuck(file.path, causeOf(error));
      overflow.stuck(monoMs);
      if (overflow.isDropping) this.#throwAway(run, stream, bytes);
      else if (bytes !== stream.rest) stream.rest = Buffer.concat([bytes, later]);
      return 0;
    }
  }

  /** What is to be written now, and what after it: of a file that is shared whole lines, unless one is very long. */
  #take(stream: Pumped, monoMs: number): readonly [now: Buffer, later: Buffer] {
    const { log, rest, fd, isLast } = stream;
    if (!log.isShared || isLast) return [rest.length > 0 ? rest : this.#read(fd), EMPTY];
    const isLong = rest.length >= this.#buffer.length;
    const bytes = isLong ? rest : Buffer.concat([rest, this.#read(fd)]);
    stream.rest = bytes;
    if (!log.mayWrite(stream, monoMs)) return [EMPTY, bytes];
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    const length = whole === 0 && isLong ? bytes.length : whole;
    return [bytes.subarray(0, length), bytes.subarray(length)];
  }

  #throwAway(run: OutputRun, stream: Pumped, bytes: Buffer): number {
    stream.overflow.threwAway(bytes);
    stream.rest = EMPTY;
    this.#tellLoss(run, stream, stream.overflow.news(performance.now()));
    return bytes.length;
  }

  #tellLoss(run: OutputRun, { file }: Pumped, loss: Loss | null): void {
    if (loss !== null) this.#losses.add(run, file.path, loss);
  }

  /** Up to a rotation, if one is due within these bytes; the number written. */
  #write(run: OutputRun, file: LogFile, bytes: Buffer): number {
    if (file.isOverdue() || (file.isDue() && file.endsLine())) this.#rotate(run, file);
    const lineEnd = bytes.indexOf(NEWLINE);
    const wanted = file.isDue() ? (lineEnd < 0 ? bytes.length : lineEnd + 1) : file.room;
    const written = writeSync(file.fd, bytes, 0, Math.min(bytes.length, wanted), file.offset);
    file.added(written);
    return written;
  }

  #rotate(run: OutputRun, file: LogFile): void {
    file.rotate();
    file.begin(Date.now(), run.runId);
    this.#rotated(run, file.path);
  }

  #rotated(run: OutputRun, path: string): void {
    this.#rotations.add(run, path);
    const compression = compressionOf(run.log);
    if (compression === null) return;
    compressRotated(path, compression).then(
      (done) => done !== null && replaceByCompressed(path, done),
      (error: unknown) =>
        this.#options.trouble(`cannot compress what was rotated of ${path}`, error),
    );
  }

  #close({ fd, log, file, merging }: Pumped): void {
    closeSync(fd);
    merging?.end(file);
    this.#logFiles.leave(log);
  }

  #read(fd: number): Buffer {
    try {
      return this.#buffer.subarray(0, readSync(fd, this.#buffer, 0, this.#buffer.length, null));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EAGAIN") return EMPTY;
      throw error;
    }
  }
}

const EMPTY = Buffer.alloc(0);
