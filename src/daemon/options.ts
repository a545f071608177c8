/** What the daemon is started with. */

export interface DaemonOptions {
  readonly home: string;
  /** This program replaced another one in the same process: its children are still children. */
  readonly inPlace: boolean;
}
