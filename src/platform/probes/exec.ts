/** A probe that passes when a command exits with 0. It runs as the process itself would, and leads a group of its own,
 *  which goes with it: at the end of its time, and also when it went well. */

import { formatDuration } from "../../model/duration.ts";
import { describeExit } from "../../model/exit.ts";
import { printable } from "../../model/printable.ts";
import type { ProbePace } from "../../model/probe.ts";
import type { Launch } from "../../model/spec.ts";
import type { ObservedExit } from "../../supervisor/ports.ts";
import { NO_INPUT } from "../child-input.ts";
import { signalPid } from "../signals.ts";
import { startChild } from "../spawn.ts";
import { failed, passed, type Attempt } from "./attempt.ts";
import { hiding, type Hide } from "./hiding.ts";

/** What is kept of its output for the reason: the last line, cut. */
const TAIL_BYTES = 4 * 1024;
const SHOWN_CHARS = 300;
/** Of the command itself, where it is named. */
const COMMAND_CHARS = 60;
/** A check that says more than that is stopped. */
const OUTPUT_BYTES = 1024 * 1024;
/** How long what it left in the pipes is waited for. */
const DRAIN_MS = 100;

export function execAttempt(
  argv: readonly string[],
  launch: Launch,
  { timeoutMs }: ProbePace,
): Attempt {
  const hide = hiding(launch.env);
  const what = shown(argv, hide);
  return async (end) => {
    const { promise: exited, resolve } = Promise.withResolvers<ObservedExit>();
    const pipes = { ...NO_INPUT, stdoutFd: "pipe", stderrFd: "pipe" } as const;
    const started = startChild({ ...launch, argv }, pipes, resolve, null);
    if (!started.ok) return failed(`${what} cannot be run: ${started.error.message}`);
    const { pid, stdout, stderr } = started.child;
    const kill = (): void => signalPid(-pid, "SIGKILL");
    end.addEventListener("abort", kill, { once: true });
    if (end.aborted) kill();
    const tail = new Tail(kill);
    const readers = [stdout, stderr].map((it) => readInto(tail, it as ReadableStream<Uint8Array>));
    const exit = await exited;
    end.removeEventListener("abort", kill);
    kill();
    await Promise.race([Promise.all(readers.map(({ done }) => done)), Bun.sleep(DRAIN_MS)]);
    for (const { cancel } of readers) cancel();
    const said = tail.lastLine(hide);
    const says = said === "" ? "" : `: ${said}`;
    if (tail.isTooMuch) return failed(`${what} wrote more than 1 MB and was stopped${says}`);
    if (end.aborted && exit.code === null) {
      return failed(`${what} did not end within ${formatDuration(timeoutMs)}${says}`);
    }
    if (exit.code === 0) return passed(`${what} exited with code 0`);
    return failed(`${what} ${describeExit({ ...exit, atMs: 0 })}${says}`);
  };
}

function shown(argv: readonly string[], hide: Hide): string {
  const isLine = argv.length === 3 && argv[1] === "-c";
  const text = hide((isLine ? argv[2] : argv.join(" ")) ?? "");
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > COMMAND_CHARS ? `'${line.slice(0, COMMAND_CHARS)}…'` : `'${line}'`;
}

/** The end of what was written, on both streams. */
class Tail {
  isTooMuch = false;
  #bytes = Buffer.alloc(0);
  #total = 0;
  readonly #stop: () => void;

  constructor(stop: () => void) {
    this.#stop = stop;
  }

  add(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk.subarray(-TAIL_BYTES)]).subarray(-TAIL_BYTES);
    this.#total += chunk.length;
    if (this.#total <= OUTPUT_BYTES || this.isTooMuch) return;
    this.isTooMuch = true;
    this.#stop();
  }

  lastLine(hide: Hide): string {
    const lines = Bun.stripANSI(this.#bytes.toString())
      .trimEnd()
      .split(/[\r\n]+/);
    const line = hide(printable(lines.at(-1) ?? ""));
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
