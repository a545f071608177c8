/** The standard input of a child, from where it is made to where the child is started. */

/** What a child is born with as its input. */
export interface ChildInput {
  readonly stdinFd: number | "ignore";
  /** The path of the terminal that becomes its own. */
  readonly terminal: string | null;
  /** Closes the daemon's copies, once the child has its own. */
  close(): void;
}

export const NO_INPUT: ChildInput = { stdinFd: "ignore", terminal: null, close() {} };
