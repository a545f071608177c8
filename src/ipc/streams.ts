/** Streams from one run to another: which there are, and how much of each may be under way. Who sends stops when his
 *  credit is spent, and is given more as the receiver says that it has dealt with what it had. */

import { limits } from "../model/limits.ts";
import type { MessageId } from "../protocol/ipc.ts";

export interface Stream<End> {
  /** What the receiver knows it by. */
  readonly id: string;
  readonly receiver: End;
  readonly sender: End;
  /** What the sender knows it by. */
  readonly sentAs: MessageId;
  /** Chunks that may still be sent. */
  credit: number;
  /** All was sent; the answer is still to come. */
  hasEnded: boolean;
}

export class Streams<End extends object> {
  readonly #outgoing = new Map<End, Map<MessageId, Stream<End>>>();
  readonly #incoming = new Map<End, Map<MessageId, Stream<End>>>();
  #next = 1;

  /** Null when one of both has too many, or the sender one of that name. */
  open(sender: End, sentAs: MessageId, receiver: End): Stream<End> | null {
    const outgoing = this.#outgoing.get(sender) ?? new Map<MessageId, Stream<End>>();
    const incoming = this.#incoming.get(receiver) ?? new Map<MessageId, Stream<End>>();
    const most = limits.streamsPerConnection;
    if (outgoing.size >= most || incoming.size >= most || outgoing.has(sentAs)) return null;
    const id = `stream-${this.#next}`;
    this.#next += 1;
    const credit = limits.streamCredit;
    const stream = { id, receiver, sender, sentAs, credit, hasEnded: false };
    this.#outgoing.set(sender, outgoing.set(sentAs, stream));
    this.#incoming.set(receiver, incoming.set(id, stream));
    return stream;
  }

  sentBy(sender: End, id: MessageId): Stream<End> | undefined {
    return this.#outgoing.get(sender)?.get(id);
  }

  receivedBy(receiver: End, id: MessageId): Stream<End> | undefined {
    return this.#incoming.get(receiver)?.get(id);
  }

  /** Of all that go to an end. */
  numberTo(receiver: End): number {
    return this.#incoming.get(receiver)?.size ?? 0;
  }

  close({ sender, sentAs, receiver, id }: Stream<End>): void {
    remove(this.#outgoing, sender, sentAs);
    remove(this.#incoming, receiver, id);
  }

  /** Those of an end that has gone, which are closed by that. */
  forget(end: End): Stream<End>[] {
    const outgoing = this.#outgoing.get(end)?.values() ?? [];
    const incoming = this.#incoming.get(end)?.values() ?? [];
    const gone = [...new Set([...outgoing, ...incoming])];
    for (const stream of gone) this.close(stream);
    return gone;
  }
}

function remove<End>(all: Map<End, Map<MessageId, Stream<End>>>, end: End, id: MessageId): void {
  const streams = all.get(end);
  streams?.delete(id);
  if (streams?.size === 0) all.delete(end);
}
