/** One of the connections of a run, and what is said there. */

import { limits } from "../model/limits.ts";
import { lineOf, type Delivery, type ParentMessage } from "../protocol/ipc.ts";
import type { Connection } from "./connection.ts";

export interface Peer {
  readonly connection: Connection;
  /** It knows envelopes. */
  isIntroduced: boolean;
  takesMessages: boolean;
  takesStreams: boolean;
  /** Messages of topics that it has not been sent, and not been told of yet. */
  leftOut: number;
}

/** What it has asked for, which it pays for. One that does not read what it is told does not hear of this, either. */
export function say(
  { connection }: Peer,
  message: ParentMessage,
  unitBytes: number = limits.messageUnitBytes,
): void {
  const line = lineOf(message);
  connection.budget.spend(line.length / unitBytes);
  connection.send(line);
}

/** A message that is written once, however many it goes to. */
export class Letter {
  readonly #message: Delivery;
  #enveloped: Buffer | null = null;
  #plain: Buffer | null = null;

  constructor(message: Delivery) {
    this.#message = message;
  }

  /** In an envelope where these are known, else as it is. False when it is not taken: too much waits there. */
  to({ connection, isIntroduced }: Peer, mostWaitingBytes: number): boolean {
    return connection.send(isIntroduced ? this.enveloped : this.#asItIs, mostWaitingBytes);
  }

  get enveloped(): Buffer {
    return (this.#enveloped ??= Buffer.from(lineOf(this.#message)));
  }

  get #asItIs(): Buffer {
    return (this.#plain ??= Buffer.from(`${JSON.stringify(this.#message.data)}\n`));
  }
}
