/** Runs a command for procman itself, from its start to its end. It leads a group of its own, which goes with it: when it
 *  is ended, and also when it went well. What it wrote last is kept, without the secrets of its environment. */

import { printable } from "../model/printable.ts";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import type { ObservedExit } from "../supervisor/ports.ts";
import { NO_INPUT } from "./child-input.ts";
import type { CommandJournal } from "./command-journal.ts";
import { hiding, type Hide } from "./hiding.ts";
import { signalPid } from "./signals.ts";
import { startChild } from "./spawn.ts";

/** What is kept of its output: the last line, cut. */
const TAIL_BYTES = 4 * 1024;
const SHOWN_CHARS = 300;

/** How long what it left in the pipes is waited for: a program that left the group may hold them open. */
const DRAIN_MS = 200;

export interface CommandRun {
  readonly launch: Launch;
  readonly stdin: string;
  /** Whose last line is kept: of the stream that was written to last, or of stderr, where errors belong, and of stdout
   *  only when nothing was written there. */
  readonly heard: "both streams" | "stderr first";
  /** One that writes more than that is ended; null: however much. */
  readonly outputMaxBytes: number | null;
  /** Then it is killed, with all that it started. */
  readonly end: AbortSignal;
  /** Where it is noted, so that it does not outlive the daemon; null: it goes on without. */
  readonly journal: CommandJournal | null;
}

export type CommandRunEnd =
  | { readonly kind: "not-started"; readonly error: SpawnError }
  | {
      readonly kind: "ended";
      readonly exit: ObservedExit;
      /** `: ` and what it wrote last; empty when it wrote nothing. */
      readonly says: string;
      readonly wroteTooMuch: boolean;
    };

/** Never rejects; resolves when nothing of the group is left. */
export async function runToEnd(run: CommandRun): Promise<CommandRunEnd> {
  const { launch, stdin, heard, outputMaxBytes, end } = run;
  const { promise: exited, resolve } = Promise.withResolvers<ObservedExit>();
  const ends = {
    ...NO_INPUT,
    stdinFd: stdin === "" ? NO_INPUT.stdinFd : new Blob([stdin]),
    stdoutFd: "pipe",
    stderrFd: "pipe",
  } as const;
  const started = startChild(launch, ends, resolve, null);
  if (!started.ok) return { kind: "not-started", error: started.error };
  const { pid, stdout, stderr } = started.child;
  const over = run.journal?.begin(pid);
  const kill = (): void => signalPid(-pid, "SIGKILL");
  end.addEventListener("abort", kill, { once: true });
  if (end.aborted) kill();
  const errors = new Tail(outputMaxBytes ?? Infinity, kill);
  const others = heard === "both streams" ? errors : new Tail(outputMaxBytes ?? Infinity, kill);
  const readers = [
    ...(stdout instanceof ReadableStream ? [readInto(others, stdout)] : []),
    ...(stderr instanceof ReadableStream ? [readInto(errors, stderr)] : []),
  ];
  const exit = await exited;
  end.removeEventListener("abort", kill);
  kill();
  over?.();
  await Promise.race([Promise.all(readers.map(({ done }) => done)), Bun.sleep(DRAIN_MS)]);
  for (const { cancel } of readers) cancel();
  const hide = hiding(launch.env);
  const said = errors.lastLine(hide) || others.lastLine(hide);
  const says = said === "" ? "" : `: ${said}`;
  return { kind: "ended", exit, says, wroteTooMuch: errors.isTooMuch || others.isTooMuch };
}

/** The end of what was written. */
class Tail {
  isTooMuch = false;
  #bytes = Buffer.alloc(0);
  #total = 0;
  readonly #maxBytes: number;
  readonly #stop: () => void;

  constructor(maxBytes: number, stop: () => void) {
    this.#maxBytes = maxBytes;
    this.#stop = stop;
  }

  add(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    this.#total += chunk.length;
    if (this.#total <= this.#maxBytes || this.isTooMuch) return;
    this.isTooMuch = true;
    this.#stop();
  }

  lastLine(hide: Hide): string {
    const lines = Bun.stripANSI(this.#bytes.toString())
      .trimEnd()
      .split(/[\r\n]+/);
    const line = hide(printable(lines.at(-1) ?? "")).trim();
    return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
  }
}

/** Until its end, or until it is cancelled; never rejects. */
function readInto(tail: Tail, stream: ReadableStream<Uint8Array>) {
  const reader = stream.getReader();
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      tail.add(value);
    }
  };
  return {
    // Broken off: what came is what there is.
    done: read().catch(() => null),
    // It may be at its end already.
    cancel: () => void reader.cancel().catch(() => null),
  };
}
