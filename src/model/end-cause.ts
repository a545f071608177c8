/** Why a run is being ended, or why it ended. */
export type EndCause =
  /** By itself. */
  | "itself"
  /** Asked to stop. */
  | "stop"
  /** Asked to be killed. */
  | "kill"
  /** Stopped to be started again. */
  | "restart"
  /** Another run has taken its place. */
  | "reload"
  /** It did not become ready in time. */
  | "unready"
  /** A ready probe failed too often in a row. */
  | "never-ready"
  /** Its health probes failed too often in a row. */
  | "unhealthy"
  /** It keeps changing the files that it watches. */
  | "suspended"
  /** It used more than a limit that is watched. */
  | "over-limit"
  /** The hook after it had become ready went wrong, which it must not. */
  | "hook";
