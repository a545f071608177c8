/** Signs of life: what a run says of itself, when it is asked and by itself. */

/** What a run says of its health. */
export interface SaidHealth {
  /** From good to bad. */
  readonly status: "healthy" | "warning" | "critical" | "unhealthy";
  readonly message: string | null;
}

export type Pulse =
  /** `answeredMs`: how long it took to answer; null when it did not have to be asked. */
  | {
      readonly kind: "alive";
      readonly health: SaidHealth | null;
      readonly answeredMs: number | null;
    }
  | { readonly kind: "silent" }
  | { readonly kind: "closed" }
  /** Its channel ended with the daemon of before. */
  | { readonly kind: "unknown" };
