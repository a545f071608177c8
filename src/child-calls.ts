/** What a program has asked procman, and waits for the answer of. Whatever is asked is answered, refused, too late, or
 *  lost with the connection; what may be asked twice is asked again on the next one. */

import type { Line, Message } from "./child-line.ts";

/** Procman, or whom it was sent to, has said no. */
export class MessageError extends Error {
  /** `PROCESS_NOT_FOUND`, `NOT_LISTENING` …; docs/ipc.md has all of them. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "MessageError";
    this.code = code;
  }
}

export interface Call {
  /** As in "procman has not answered WHAT". */
  readonly what: string;
  readonly message: (id: string) => Message;
  readonly timeoutMs: number;
  /** It only looks, so it may be asked twice. */
  readonly isRepeatable: boolean;
}

interface Awaited {
  readonly message: Message;
  readonly isRepeatable: boolean;
  wasSaid: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Calls {
  readonly #line: () => Line | null;
  readonly #awaited = new Map<unknown, Awaited>();
  #made = 0;

  /** `line` is null where procman does not run the program. */
  constructor(line: () => Line | null) {
    this.#line = line;
  }

  /** No two are the same, whoever else speaks for the run. */
  nextId(): string {
    this.#made += 1;
    return `${process.pid}-${this.#made}`;
  }

  make({ what, message, timeoutMs, isRepeatable }: Call): Promise<unknown> {
    const line = this.#line();
    if (line === null) return Promise.reject(notManaged());
    const id = this.nextId();
    return new Promise((resolve, reject) => {
      const letGo = line.hold();
      const end = (): void => {
        clearTimeout(timer);
        letGo();
        this.#awaited.delete(id);
      };
      // It keeps the program alive, as the call does.
      const timer = setTimeout(() => {
        end();
        const text = `procman has not answered '${what}' within ${timeoutMs} ms`;
        reject(new MessageError("OPERATION_TIMEOUT", text));
      }, timeoutMs);
      const awaited: Awaited = {
        message: message(id),
        isRepeatable,
        wasSaid: false,
        resolve: (result) => (end(), resolve(result)),
        reject: (error) => (end(), reject(error)),
      };
      this.#awaited.set(id, awaited);
      awaited.wasSaid = line.sayIfOpen(awaited.message);
    });
  }

  /** What is still to be said on a new connection. */
  unsaid(): readonly Message[] {
    return [...this.#awaited.values()].map((awaited) => {
      awaited.wasSaid = true;
      return awaited.message;
    });
  }

  /** The connection is gone. */
  lost(): void {
    for (const { isRepeatable, wasSaid, reject } of this.#awaited.values()) {
      if (wasSaid && !isRepeatable) reject(connectionLost());
    }
  }

  answered(id: unknown, result: unknown): void {
    this.#awaited.get(id)?.resolve(result);
  }

  /** False when it is not about what was asked. */
  refused(id: unknown, error: Error): boolean {
    this.#awaited.get(id)?.reject(error);
    return typeof id === "string" && id.startsWith(`${process.pid}-`);
  }
}

export function notManaged(): MessageError {
  return new MessageError("NOT_MANAGED", "procman does not run this program");
}

/** It may have been delivered, and may not. */
export function connectionLost(): MessageError {
  return new MessageError("CONNECTION_LOST", "the connection to procman was lost meanwhile");
}
