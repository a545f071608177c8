/** What a foreground command shows and holds. */
export interface Held {
  readonly project: string;
  /** Everything that it shows: it ends when all of that has ended. */
  readonly shown: readonly string[];
  /** What it started, and so stops. */
  readonly held: readonly string[];
  /** Events after that number are of it. */
  readonly afterSeq: number;
}
