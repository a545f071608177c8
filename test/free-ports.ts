/** Ports for configurations that have to name one. */

/** Below those that systems give to connections, and those that procman chooses: somebody else might have one of them by
 *  the time that it is needed. */
const FIRST = 10_000;
const COUNT = 10_000;

/** Two different ports that nobody listened on a moment ago. */
export function freePorts(): readonly [number, number] {
  const one = freePort();
  for (;;) {
    const other = freePort();
    if (other !== one) return [one, other];
  }
}

export function freePort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (isFree(port)) return port;
  }
}

function isFree(port: number): boolean {
  try {
    using _ = Bun.listen({ hostname: "0.0.0.0", port, socket: { data() {} } });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") return false;
    throw error;
  }
}
