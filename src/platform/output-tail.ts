/** The end of what a command writes to one stream, or to both. */
export interface OutputTail {
  /** What the command is given, for `Bun.spawn`. */
  readonly end: "pipe" | number;
  /** It has written more than it may. */
  readonly isTooMuch: boolean;
  /** The command is there: with our end of a pipe, if it has one. */
  begin(stream: unknown): void;
  /** To be asked once, when the command is gone, or could not be started. */
  finish(): Promise<Buffer>;
}

/** So much is kept: the last line, cut. */
export const TAIL_BYTES = 4 * 1024;
