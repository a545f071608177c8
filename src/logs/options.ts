/** What an output plane is made with. */

export interface OutputOptions {
  /** Absolute path of the daemon's home. */
  readonly home: string;
  readonly trouble: (what: string, error: unknown) => void;
  /** Told of each log file that was rotated. */
  readonly onRotated: (log: string) => void;
  /** False reads and writes even where splice is to be had. */
  readonly splice?: boolean;
}
