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

export interface ChangedValue {
  readonly from: string | number | boolean | null;
  readonly to: string | number | boolean | null;
}

export interface ChangedProcess {
  readonly process: ProcessName;
  /** Keys of `ProcessSpec`. */
  readonly keys: readonly string[];
  /** Before and after, of keys whose values are short and no secrets. */
  readonly values: Readonly<Record<string, ChangedValue>>;
  /** A running process feels the change only when it is restarted. */
  readonly restarts: boolean;
}
