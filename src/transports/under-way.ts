/** The requests under way, and how they end when the daemon does: none may keep it from ending, and none is left
 *  without a word or the chance to ask again. */

import { problem, ProcmanError } from "../model/errors.ts";
import { operations, type OperationName } from "../protocol/operations.ts";

/** `exit`: nobody answers from now on. `exec`: the next program of the daemon does, in a moment. */
export type Ending = "exit" | "exec";

export interface OpenRequest {
  /** Aborts when whoever asked is gone, and when the daemon ends. */
  readonly signal: AbortSignal;
  /** It is to be cut off, so that it is asked of the next daemon: clients do so by themselves. */
  isCutOff(): boolean;
  end(): void;
}

export class UnderWay {
  readonly #open = new Map<AbortController, string>();
  #onSettled: (() => void) | null = null;

  begin(name: string, gone: AbortSignal): OpenRequest {
    const controller = new AbortController();
    const { signal } = controller;
    const leave = (): void => controller.abort(gone.reason);
    gone.addEventListener("abort", leave, { once: true });
    this.#open.set(controller, name);
    return {
      signal,
      isCutOff: () => signal.aborted && !gone.aborted && !(signal.reason instanceof ProcmanError),
      end: () => {
        gone.removeEventListener("abort", leave);
        this.#open.delete(controller);
        if (!this.#hasUnrepeatable()) this.#onSettled?.();
      },
    };
  }

  /** Resolves when there is none that would be done twice if it were asked again. */
  settled(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onSettled = resolve;
    if (!this.#hasUnrepeatable()) resolve();
    return promise;
  }

  /** Ends all that wait. */
  abort(ending: Ending): void {
    for (const [controller, name] of this.#open) controller.abort(reasonFor(ending, name));
  }

  #hasUnrepeatable(): boolean {
    return [...this.#open.values()].some((name) => !isRepeatable(name));
  }
}

/** A `ProcmanError` is answered; anything else cuts the connection. */
function reasonFor(ending: Ending, name: string): Error {
  if (ending === "exit") {
    const hint = "The next command that needs it starts it again.";
    return new ProcmanError(
      problem("DAEMON_UNREACHABLE", `Cannot wait for '${name}': the daemon was stopped`, hint),
    );
  }
  if (isRepeatable(name)) return new Error("the next daemon answers");
  const message = `Cannot wait for the end of '${name}': the daemon is being replaced`;
  const hint = "It was asked for and goes on; see 'procman ls'.";
  return new ProcmanError(problem("OPERATION_TIMEOUT", message, hint));
}

function isRepeatable(name: string): boolean {
  return !Object.hasOwn(operations, name) || operations[name as OperationName].repeatable;
}
