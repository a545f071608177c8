/** What is waited for. */

/** What `wait` can wait for. */
export const WAIT_CONDITIONS = [
  "ready",
  "healthy",
  "running",
  "stopped",
  "completed",
  "succeeded",
] as const;
/** Also that nothing is to come of it, not even when its files change: the foreground waits for that. */
export const ALL_WAIT_CONDITIONS = [...WAIT_CONDITIONS, "over"] as const;
export type WaitCondition = (typeof ALL_WAIT_CONDITIONS)[number];

const INFINITIVES: Readonly<Record<string, string>> = {
  started: "have started",
  completed: "complete",
  succeeded: "succeed",
};

const PRESENT: Readonly<Record<string, string>> = {
  completed: "has completed",
  succeeded: "has succeeded",
};

/** `be ready`, `succeed`: what follows "waits for it to". */
export function toCome(condition: string): string {
  return INFINITIVES[condition] ?? `be ${condition}`;
}

/** `is ready`, `has succeeded`. */
export function hasCome(condition: string): string {
  return PRESENT[condition] ?? `is ${condition}`;
}
