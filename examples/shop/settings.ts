/** What the programs of the shop are told through their environment, with a clear end when something is missing. */

export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set, see .env`);
  return value;
}

/** The address of another program of the shop, at the port that procman has given it. */
export function addressOf(program: "api" | "web"): string {
  return `http://127.0.0.1:${setting(`PROCMAN_PORT_${program.toUpperCase()}`)}`;
}

/** Resolves after a while, or at once when the program is asked to stop. */
export function pause(ms: number, stopping: AbortSignal): Promise<void> {
  if (stopping.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stopping.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Aborted when procman asks the program to stop: it may finish what it has begun. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => controller.abort());
  }
  return controller.signal;
}
