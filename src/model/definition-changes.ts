/** What an edited configuration changes. */

import type { ProcessName } from "./ids.ts";

export interface DefinitionChanges {
  readonly added: readonly ProcessName[];
  readonly removed: readonly ProcessName[];
  readonly changed: readonly ChangedProcess[];
  readonly unchanged: readonly ProcessName[];
  /** The rules of alerts are others. Absent: they are the same, or the project is new. */
  readonly alerts?: true;
}

export interface ChangedProcess {
  readonly process: ProcessName;
  /** Keys of `ProcessSpec`. */
  readonly keys: readonly string[];
  /** A running process feels the change only when it is restarted. */
  readonly restarts: boolean;
}
