/** What is waited for, in words. */

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
