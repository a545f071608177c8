/** One's own terminal on the terminal of a process: what is typed goes into its pipe, what it shows is read from its
 *  log. Neither needs the daemon, so a session goes on while that is away. */

import { closeSync, constants, existsSync, openSync, writeSync } from "node:fs";
import { fail } from "../model/errors.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import { endOf, firstOfRun } from "../logfile/places.ts";
import { StreamReader } from "../logfile/stream-reader.ts";
import type { TerminalView } from "../protocol/inputs.ts";
import type { CommandContext } from "./command.ts";
import { DetachKeys, type KeySequence } from "./detach-keys.ts";
import { writeAll } from "./output.ts";
import { replay, TerminalModes } from "./terminal-modes.ts";
import type { Title } from "./terminal-title.ts";

/** What is looked through for what is switched on, and what of it is shown again. */
const HISTORY_BYTES = 1024 * 1024;
const SCROLLBACK_BYTES = 256 * 1024;

/** The pause between two looks: short while something happens, so that what is typed is seen at once. */
const BUSY_MS = 5;
const IDLE_MS = 40;
const BUSY_FOR_MS = 1_000;

/** Between two keys of one sequence; what a program waits for the first when it is meant. */
const KEY_PAUSE_MS = 300;

/** Dragging the edge of a window makes many sizes. */
const RESIZE_PAUSE_MS = 50;

export interface Session {
  readonly context: CommandContext;
  readonly terminal: TerminalView;
  /** Each ends the session. */
  readonly detachKeys: readonly KeySequence[];
  readonly title: Title;
}

/** `gone`: its run is over. */
export async function runSession(session: Session): Promise<"detached" | "gone"> {
  const { context, terminal, detachKeys, title } = session;
  const keyboard = new Keyboard(terminal.input, detachKeys);
  const screen = new Screen(context, terminal);
  const resizes = new Resizes(context, terminal);
  const { stdin, stdout } = process;
  let busyUntilMs = 0;
  let isDetached = false;
  const detach = (): void => {
    isDetached = true;
  };
  const typed = (bytes: Buffer): void => {
    busyUntilMs = performance.now() + BUSY_FOR_MS;
    if (keyboard.type(bytes) === "detach") detach();
  };
  const resized = (): void => resizes.to(stdout.columns, stdout.rows);
  const ends = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
  for (const signal of ends) process.on(signal, detach);
  stdin.setRawMode(true);
  stdin.on("data", typed).on("end", detach).resume();
  stdout.on("resize", resized);
  try {
    writeAll(1, title.begin);
    screen.replay();
    await resizes.first(stdout.columns, stdout.rows, screen.isFullScreen);
    while (!isDetached && existsSync(terminal.input)) {
      if (screen.show()) busyUntilMs = performance.now() + BUSY_FOR_MS;
      await Bun.sleep(performance.now() < busyUntilMs ? BUSY_MS : IDLE_MS);
    }
    screen.show();
    return isDetached ? "detached" : "gone";
  } finally {
    screen.close();
    writeAll(1, title.end);
    keyboard.close();
    stdin.setRawMode(false);
    stdin.off("data", typed).off("end", detach).pause();
    stdout.off("resize", resized);
    for (const signal of ends) process.off(signal, detach);
  }
}

/** What the process shows. */
class Screen {
  readonly #reader: StreamReader;
  readonly #modes = new TerminalModes();
  readonly #end: number;

  constructor({ client }: CommandContext, terminal: TerminalView) {
    const owner = parseInstanceId(terminal.id as InstanceId);
    const { home } = client;
    this.#end = endOf(home, owner, "stdout");
    const begun = firstOfRun(home, owner, "stdout", terminal);
    const place = Math.max(begun, this.#end - HISTORY_BYTES);
    this.#reader = new StreamReader({
      home,
      owner,
      stream: "stdout",
      place,
      blockBytes: 64 * 1024,
    });
  }

  get isFullScreen(): boolean {
    return this.#modes.isFullScreen;
  }

  replay(): void {
    const parts: string[] = [];
    for (let block = this.#read(this.#end); block !== null; block = this.#read(this.#end)) {
      parts.push(block.toString("latin1"));
    }
    writeAll(1, Buffer.from(replay(parts.join(""), SCROLLBACK_BYTES), "latin1"));
  }

  /** What came since; false when nothing did. */
  show(): boolean {
    let isAny = false;
    for (let bytes = this.#read(); bytes !== null; bytes = this.#read()) {
      writeAll(1, bytes);
      isAny = true;
    }
    return isAny;
  }

  close(): void {
    this.#reader.close();
    writeAll(1, this.#modes.undo());
  }

  #read(end?: number): Buffer | null {
    const block = this.#reader.read(true, end);
    if (block !== null) this.#modes.take(block.bytes.toString("latin1"));
    return block?.bytes ?? null;
  }
}

/** What is typed, in order, whether or not the process takes it at once. */
class Keyboard {
  readonly #fd: number;
  readonly #keys: DetachKeys;
  #waiting = Buffer.alloc(0);
  #timer: ReturnType<typeof setTimeout> | null = null;
  #release: ReturnType<typeof setTimeout> | null = null;

  constructor(path: string, detachKeys: readonly KeySequence[]) {
    this.#fd = openPipe(path);
    this.#keys = new DetachKeys(detachKeys);
  }

  type(typed: Buffer): "detach" | "typed" {
    if (this.#release !== null) clearTimeout(this.#release);
    const { bytes, end } = this.#keys.take(typed);
    this.#give(bytes);
    if (end === "held") {
      this.#release = setTimeout(() => this.#give(this.#keys.release()), KEY_PAUSE_MS);
    }
    return end === "detach" ? "detach" : "typed";
  }

  close(): void {
    if (this.#release !== null) clearTimeout(this.#release);
    if (this.#timer !== null) clearTimeout(this.#timer);
    closeSync(this.#fd);
  }

  #give(bytes: Buffer): void {
    this.#waiting = Buffer.concat([this.#waiting, bytes]);
    this.#write();
  }

  #write(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#waiting.length === 0) return;
    try {
      this.#waiting = this.#waiting.subarray(writeSync(this.#fd, this.#waiting));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : null;
      // EPIPE: its run is over, which is seen in a moment.
      if (code !== "EAGAIN" && code !== "EPIPE") throw error;
    }
    if (this.#waiting.length > 0) this.#timer = setTimeout(() => this.#write(), BUSY_MS);
  }
}

function openPipe(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // ENOENT, ENXIO: nobody reads it any more.
    return fail("NO_INPUT", "Cannot attach: it has just ended", "See 'procman ls'.");
  }
}

/** The size of the window that was changed last is the terminal's. */
class Resizes {
  readonly #context: CommandContext;
  readonly #runId: string;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(context: CommandContext, { runId }: TerminalView) {
    this.#context = context;
    this.#runId = runId;
  }

  /** A program that fills the screen draws it anew when its size changes, so it is changed in any case. */
  async first(columns: number, rows: number, redraws: boolean): Promise<void> {
    if (redraws && rows > 1) await this.#resize(columns, rows - 1);
    await this.#resize(columns, rows);
  }

  to(columns: number, rows: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#resize(columns, rows), RESIZE_PAUSE_MS);
  }

  async #resize(columns: number, rows: number): Promise<void> {
    const input = { runId: this.#runId, columns: Math.max(1, columns), rows: Math.max(1, rows) };
    // A size that is not told for want of a daemon hurts nobody; the next one is.
    await this.#context.client.ask("resize", input).catch(() => null);
  }
}
