/** Answers to what was sent to a run: those who wait for them, and which answer is whose. */

import type { MessageId } from "../protocol/ipc.ts";

export type Answer =
  | { readonly kind: "answered"; readonly data: unknown }
  /** It says that it went wrong. */
  | { readonly kind: "failed"; readonly message: string }
  /** `reason` ends a sentence: "it ended". */
  | { readonly kind: "never"; readonly reason: string };

export interface Reply {
  readonly id: MessageId;
  /** Never rejects. */
  readonly answer: Promise<Answer>;
  /** It is not waited for any more. */
  drop(): void;
}

interface Awaited {
  readonly resolve: (answer: Answer) => void;
  /** Null: the answer comes in an envelope. Else what was sent, which the program's own next message answers. */
  readonly own: { readonly id: unknown } | null;
}

export class Replies {
  readonly #awaited = new Map<MessageId, Awaited>();
  #next = 1;

  /** `own`: it was sent without an envelope; null: in one. */
  expect(own: { readonly sent: unknown } | null): Reply {
    const id = this.#next;
    this.#next += 1;
    const { promise, resolve } = Promise.withResolvers<Answer>();
    this.#awaited.set(id, { resolve, own: own === null ? null : { id: idIn(own.sent) } });
    return {
      id,
      answer: promise,
      drop: () => this.#awaited.delete(id),
    };
  }

  /** False when nobody waits for that one. */
  answered(id: MessageId, answer: Answer): boolean {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined) return false;
    this.#awaited.delete(id);
    awaited.resolve(answer);
    return true;
  }

  /** A message of the program's own answers what was sent with the same `id`, else the oldest that was sent without. */
  own(message: unknown): void {
    const given = idIn(message);
    const sentWith = (wanted: unknown): MessageId | undefined =>
      [...this.#awaited].find(([, { own }]) => own !== null && own.id === wanted)?.[0];
    const id = (given === undefined ? undefined : sentWith(given)) ?? sentWith(undefined);
    if (id !== undefined) this.answered(id, { kind: "answered", data: message });
  }

  dropAll(reason: string): void {
    for (const id of this.#awaited.keys()) this.answered(id, { kind: "never", reason });
  }
}

function idIn(message: unknown): unknown {
  const isMap = message !== null && typeof message === "object" && !Array.isArray(message);
  return isMap ? Reflect.get(message, "id") : undefined;
}
