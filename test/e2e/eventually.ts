/** Waiting for conditions, never for time. */

/** How long a condition may take to come true before the test fails. Generous: the machine may be busy. */
const PATIENCE_MS = 20_000;

/** Asks again and again until it is done. */
export async function eventually<T>(
  what: string,
  look: () => Promise<{ readonly value: T; readonly done: boolean }>,
): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const { value, done } = await look();
    if (done) return value;
    if (performance.now() > giveUpAt) {
      throw new Error(`waited in vain for ${what}: ${JSON.stringify(value)}`);
    }
    await Bun.sleep(10);
  }
}
