/** The log worker: waits for output on all pipes at once and moves it to the files, off the daemon's main thread, with
 *  splice: bytes that never live in this program cannot be lost with it. */

import { closeSync, readSync, rmSync } from "node:fs";
import type { Compression } from "../model/spec.ts";
import { emptyEach, emptyLog } from "../logfile/emptying.ts";
import { replaceByCompressed } from "./chain.ts";
import { tryLibc } from "./libc.ts";
import type { LogFile } from "./log-file.ts";
import { LogFiles } from "./log-files.ts";
import { ownDescriptors } from "./own-descriptors.ts";
import { MergedFiles, type Merging } from "./merging.ts";
import type { Answer, Command } from "./messages.ts";
import { RETRY_MS, type Loss } from "./overflow.ts";
import { sweepLogs } from "./retention.ts";
import { Scratch } from "./scratch.ts";
import type { Stream } from "./stream.ts";
import { streamsOf } from "./streams-of.ts";
import { causeOf, Troubles } from "./troubles.ts";

/** Small writes are gathered for that long, unless a pipe is half full. */
const GATHER_MS = 2;
/** Whose turn it is not is asked again after that long. */
const HELD_MS = 20;
/** After that long without work memory is given back, once. */
const IDLE_MS = 2_000;
/** What one stream may move before the others have their turn. */
const TURN_BYTES = 4 * 1024 * 1024;
/** What is drained into a full disk is given up after that long: the run has to end. */
const DRAIN_PATIENCE_MS = 5_000;

type OpenCommand = Extract<Command, { kind: "open" }>;
type AdjustCommand = Extract<Command, { kind: "adjust" }>;

interface RunTask {
  readonly streams: readonly Stream[];
  compression: Compression | null;
}

const found = tryLibc();
if (found === null) throw new Error("the log worker needs libc");
const libc = found;
/** The descriptor of the pipe that commands come through. */
const commands = Number(process.argv.at(-1));
ownDescriptors(libc, commands);
const epoll = libc.epollCreate();
const scratch = new Scratch(libc);
const runs = new Map<string, RunTask>();
const byFd = new Map<number, { readonly stream: Stream; readonly run: RunTask }>();
/** Runs whose pipes could not be opened; tried again now and then. */
const unopened = new Map<string, OpenCommand>();
/** Streams whose files take nothing; tried again now and then. */
const stalled = new Set<Stream>();
const troubles = new Troubles((what) => say({ kind: "trouble", what }));
const mergedFiles = new MergedFiles(troubles);
const logFiles = new LogFiles();
/** Streams that wait for their turn at a file that they share. */
const held = new Set<Stream>();
const draining = new Map<string, number>();
let unread = "";
let closing = false;
/** What a burst of work took was given back. */
let isTidy = false;
/** When the stalled were tried last: others may keep the loop much busier than they are worth. */
let retriedMs = 0;

libc.epollAdd(epoll, commands);
while (!closing) serve();
for (const { stream } of byFd.values()) guarded("let go of a stream", () => stream.close());
scratch.close();
closeSync(epoll);
say({ kind: "closed" });

function serve(): void {
  const isWaiting = stalled.size > 0 || draining.size > 0 || unopened.size > 0;
  const atMostMs = isWaiting ? RETRY_MS : isTidy ? -1 : IDLE_MS;
  const ready = libc.epollWait(epoll, held.size > 0 ? HELD_MS : atMostMs);
  isTidy = ready.length === 0 && !isWaiting && held.size === 0;
  if (isTidy) giveBackMemory();
  takeUpHeld();
  const streams = ready.flatMap((fd) => byFd.get(fd) ?? []);
  gather(streams.map(({ stream }) => stream));
  for (const { stream, run } of streams) pump(stream, run);
  if (isWaiting && performance.now() - retriedMs >= RETRY_MS) retryStalled();
  // After the output: a drain that came with it finds it moved.
  if (ready.includes(commands)) readCommands();
}

/** A flood is not waited for: its pipe would be full before the wait is over. */
function gather(streams: readonly Stream[]): void {
  if (streams.length === 0 || streams.some((it) => it.isFlooding || it.isHalfFull)) return;
  Bun.sleepSync(GATHER_MS);
}

/** Garbage, and compiled code that an idle worker does not need. */
function giveBackMemory(): void {
  Bun.shrink();
  Bun.gc(true);
}

function pump(stream: Stream, run: RunTask): void {
  const { path } = stream.file;
  const onRotated = (): void =>
    say({ kind: "rotated", runId: stream.runId, log: path, compression: run.compression });
  const moved = stream.move(Date.now(), TURN_BYTES, onRotated);
  tellLoss(stream, stream.overflow.news(performance.now()));
  if (moved.kind === "moved") troubles.well(path);
  if (moved.kind === "held") hold(stream);
  if (moved.kind !== "stuck") return;
  // Waiting is level-triggered: it would spin on what cannot be moved.
  libc.epollRemove(epoll, stream.fd);
  stalled.add(stream);
  troubles.stuck(path, moved.cause);
}

/** As what cannot be moved, but it is nobody's fault, and soon over. */
function hold(stream: Stream): void {
  libc.epollRemove(epoll, stream.fd);
  held.add(stream);
}

/** They are ready again at once if something still waits. */
function takeUpHeld(): void {
  for (const stream of held) libc.epollAdd(epoll, stream.fd);
  held.clear();
}

function tellLoss({ runId, file }: Stream, loss: Loss | null): void {
  if (loss !== null) say({ kind: "dropped", runId, log: file.path, loss });
}

function retryStalled(): void {
  retriedMs = performance.now();
  const waiting = [...unopened.values()];
  for (const command of waiting) open(command);
  const again = new Set(stalled);
  stalled.clear(); // Those that are stuck still come back.
  for (const stream of again) {
    const run = runs.get(stream.runId);
    if (run === undefined) continue;
    libc.epollAdd(epoll, stream.fd);
    pump(stream, run);
  }
  for (const runId of draining.keys()) drain(runId);
}

function readCommands(): void {
  const chunk = Buffer.alloc(64 * 1024);
  const length = readSync(commands, chunk, 0, chunk.length, null);
  if (length === 0) {
    closing = true;
    return;
  }
  unread += chunk.toString("latin1", 0, length);
  const lines = unread.split("\n");
  unread = lines.pop() ?? "";
  for (const line of lines) {
    const command = JSON.parse(Buffer.from(line, "latin1").toString()) as Command;
    guarded(`carry out ${command.kind}`, () => carryOut(command));
  }
}

function carryOut(command: Command): void {
  switch (command.kind) {
    case "open":
      return open(command);
    case "adjust":
      return adjust(command);
    case "drain":
      return drain(command.runId);
    case "flush":
      return flush(command);
    case "sweep":
      return sweepLogs(command.directory, command.kept);
    case "compressed":
      // Deleted meanwhile, as the oldest of its chain: then nobody wants the copy either.
      if (!replaceByCompressed(command.log, command)) {
        rmSync(command.copy, { force: true });
      }
      return;
    case "close":
      closing = true;
  }
}

function flush({ id, logs }: Extract<Command, { kind: "flush" }>): void {
  const files = new Map([...byFd.values()].map(({ stream: { file } }) => [file.path, file]));
  const emptied = emptyEach(logs, (log) => files.get(log)?.flush() ?? emptyLog(log));
  say({ kind: "flushed", id, emptied });
}

function open(command: OpenCommand): void {
  const { runId, compression } = command;
  const streams = openStreams(command);
  if (streams === null) return;
  const run = { streams, compression };
  runs.set(runId, run);
  for (const stream of streams) {
    byFd.set(stream.fd, { stream, run });
    libc.epollAdd(epoll, stream.fd);
    openFile(stream.file);
  }
  say({ kind: "opened", runId });
}

function adjust(command: AdjustCommand): void {
  const { runId, compression, merged, rules } = command;
  const waiting = unopened.get(runId);
  if (waiting !== undefined) unopened.set(runId, { ...waiting, ...command, kind: "open" });
  const run = runs.get(runId);
  if (run === undefined) return;
  run.compression = compression;
  for (const stream of run.streams) {
    guarded("keep a stream by its new rules", () =>
      stream.adjust(command, () => mergedFiles.join(merged, rules, rotationTeller(command))),
    );
  }
}

/** Says that a copy was rotated. */
function rotationTeller({
  runId,
  compression,
}: OpenCommand | AdjustCommand): (log: string) => void {
  return (log) => say({ kind: "rotated", runId, log, compression });
}

/** Null when the pipes cannot be opened, as without descriptors: that is tried again. */
function openStreams(command: OpenCommand): readonly Stream[] | null {
  const { runId, streams, rules, merged } = command;
  const merge = (): Merging | null => mergedFiles.join(merged, rules, rotationTeller(command));
  try {
    const opened = streamsOf(command, { logFiles, libc, scratch, merge });
    unopened.delete(runId);
    return opened;
  } catch (error) {
    for (const { log } of streams) troubles.stuck(log, causeOf(error));
    unopened.set(runId, command);
    return null;
  }
}

/** Its bytes wait in the pipe while it cannot be opened. */
function openFile(file: LogFile): void {
  try {
    file.open();
  } catch (error) {
    troubles.stuck(file.path, causeOf(error));
  }
}

/** Moves exactly what is in the pipes, then lets go of them: of those that cannot be moved too, in the end. */
function drain(runId: string): void {
  const since = draining.get(runId) ?? performance.now();
  const isPatient = (): boolean => performance.now() - since <= DRAIN_PATIENCE_MS;
  draining.set(runId, since);
  if (unopened.has(runId) && isPatient()) return;
  const run = runs.get(runId);
  if (run === undefined) return giveUpOpening(runId);
  for (const stream of run.streams) {
    stream.hurry();
    if (held.delete(stream)) libc.epollAdd(epoll, stream.fd);
    // One go takes what a pipe can hold; a pipe that somebody still writes to must not keep the others.
    if (stream.waiting > 0 && !stalled.has(stream) && isPatient()) pump(stream, run);
  }
  if (run.streams.some(({ waiting }) => waiting > 0) && isPatient()) return;
  draining.delete(runId);
  runs.delete(runId);
  for (const stream of run.streams) {
    stalled.delete(stream);
    byFd.delete(stream.fd);
    libc.epollRemove(epoll, stream.fd);
    troubles.forget(stream.file.path);
    guarded("throw away what cannot be written", () => stream.throwAway(stream.waiting));
    tellLoss(stream, stream.overflow.end());
    guarded("let go of a stream", () => stream.end());
  }
  say({ kind: "drained", runId });
}

function giveUpOpening(runId: string): void {
  for (const { log } of unopened.get(runId)?.streams ?? []) troubles.forget(log);
  unopened.delete(runId);
  draining.delete(runId);
  say({ kind: "drained", runId });
}

function guarded(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    say({ kind: "trouble", what: `cannot ${what}: ${cause}` });
  }
}

function say(answer: Answer): void {
  postMessage(answer);
}
