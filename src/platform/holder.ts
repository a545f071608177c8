/** What keeps pipes open over the death of the daemon, where the platform has it. */

export interface Holder {
  /** What the descriptors are of stays for as long as it lives. False when it takes no more. */
  take(fds: readonly number[]): boolean;
  end(): void;
}

export interface Holders {
  /** Throws when none can be started. `onGone` is called once it has ended, whoever ended it. */
  start(onGone: () => void): Holder;
  /** Those of former daemons. */
  left(): readonly LeftHolder[];
}

export interface LeftHolder {
  /** None when it is gone, and only its name was left. */
  readonly pids: readonly number[];
  end(): void;
}
