/** The channel that procman gives to a program which has a probe of the kind `ipc`: by hand, as the shop needs no
 *  package. The helper `procman/child` does the same, finds a procman again that was restarted, and can do more. */

/** Says that the program does its work now. Without a procman, or when its channel has ended, it does nothing. */
export function sayReady(): void {
  say({ procman: 1, type: "ready" });
}

/** Answers what procman asks now and then: whether anybody is there. */
export function answerPings(stopping: AbortSignal): void {
  process.on("message", (message: { type?: string; id?: string }) => {
    if (message.type === "ping") say({ procman: 1, type: "pong", id: message.id });
  });
  // Whoever listens is kept alive by it.
  stopping.addEventListener("abort", () => {
    if (process.connected) process.disconnect?.();
  });
}

function say(message: object): void {
  if (process.connected) process.send?.(message);
}
