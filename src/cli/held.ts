/** What a foreground command shows and holds. */
export interface Held {
  readonly project: string;
  /** Everything that it shows: it ends when all of that has ended. */
  readonly shown: readonly string[];
  /** What it started, and so stops. */
  readonly held: readonly string[];
  /** When it was asked to start: output since then is its. */
  readonly sinceMs: number;
  /** Events after that number are of it. */
  readonly afterSeq: number;
  /** One process, shown as if it ran here: its own streams, without a prefix, and its end is not talked about. */
  readonly isPlain: boolean;
}
