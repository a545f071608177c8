/** What is known of the reload of an instance: a second run that comes up beside the first, and takes its place. */

/** A run beside the one that the instance has: on its way in, or on its way out. */
export type BesideRole = "successor" | "former";

export interface Reloading<Instance> {
  /** Of a run beside another; it is no instance of its own. Absent: it is an instance. */
  readonly role?: BesideRole;
  /** The run beside the one that it has. There is one only while it has a run itself. Absent: none. */
  readonly beside?: Instance;
  /** Absent: nothing waits, and the last one went well. */
  readonly reload?: ReloadState;
}

export type ReloadState =
  /** It waits for its turn. */
  | { readonly kind: "asked" }
  /** The last one has failed: what ran before goes on. */
  | { readonly kind: "failed"; readonly reason: string };
