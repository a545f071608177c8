/** What a command of procman's writes, as far as it matters: its last line, without the secrets of its environment. It
 *  comes through pipes, or through files where the command is left to finish when the daemon dies: a pipe without a reader
 *  would end it with SIGPIPE. */

import { printable } from "../model/printable.ts";
import { openFileTail } from "./file-tail.ts";
import type { Hide } from "./hiding.ts";
import type { OutputTail } from "./output-tail.ts";
import { PipeTail } from "./pipe-tail.ts";

export interface OutputRules {
  /** Whose last line is kept: of the stream that was written to last, or of stderr, where errors belong, and of stdout
   *  only when nothing was written there. */
  readonly heard: "both streams" | "stderr first";
  /** One that writes more than that to pipes is ended; null: however much. */
  readonly outputMaxBytes: number | null;
  /** A directory for files; null: it comes through pipes. */
  readonly scratch: string | null;
}

const SHOWN_CHARS = 300;

export class CommandOutput {
  readonly #errors: OutputTail;
  readonly #others: OutputTail;

  /** `stop` ends the command. */
  constructor({ heard, outputMaxBytes, scratch }: OutputRules, stop: () => void) {
    const open = (): OutputTail =>
      openFileTail(scratch) ?? new PipeTail(outputMaxBytes ?? Infinity, stop);
    this.#errors = open();
    this.#others = heard === "both streams" ? this.#errors : open();
  }

  get ends() {
    return { stdoutFd: this.#others.end, stderrFd: this.#errors.end };
  }

  get isTooMuch(): boolean {
    return this.#errors.isTooMuch || this.#others.isTooMuch;
  }

  begin({ stdout, stderr }: { readonly stdout: unknown; readonly stderr: unknown }): void {
    this.#others.begin(stdout);
    this.#errors.begin(stderr);
  }

  /** The last line; empty when nothing was written. To be asked once, also when nothing has begun. */
  async finish(hide: Hide): Promise<string> {
    const tails = new Set([this.#errors, this.#others]);
    const written = await Promise.all([...tails].map((it) => it.finish()));
    return written.map((bytes) => lastLine(bytes, hide)).find((line) => line !== "") ?? "";
  }
}

function lastLine(bytes: Buffer, hide: Hide): string {
  const lines = Bun.stripANSI(bytes.toString())
    .trimEnd()
    .split(/[\r\n]+/);
  const line = hide(printable(lines.at(-1) ?? "")).trim();
  return line.length > SHOWN_CHARS ? `${line.slice(0, SHOWN_CHARS)}…` : line;
}
