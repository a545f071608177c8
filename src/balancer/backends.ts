/** The instances behind shared ports with their connections, which outlast that an instance is served no more. */

import type { Socket } from "bun";
import { limits } from "../model/limits.ts";
import { type End, Relay } from "./relay.ts";

export class Backends {
  readonly #relays = new Map<string, Set<Relay>>();
  /** Connections that are being made. */
  readonly #begun = new Map<string, number>();
  /** Connections at most. */
  readonly #most: number;
  /** Connections by now. */
  #count = 0;

  constructor(most: number) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  get areFull(): boolean {
    return this.#count >= this.#most;
  }

  /** Connections to it, with those that are being made. */
  of(id: string): number {
    return (this.#relays.get(id)?.size ?? 0) + (this.#begun.get(id) ?? 0);
  }

  /** A connection to it is being made for as long as that takes. */
  async during<T>(id: string, connect: Promise<T>): Promise<T> {
    const add = (change: number): void => {
      const begun = (this.#begun.get(id) ?? 0) + change;
      if (begun === 0) this.#begun.delete(id);
      else this.#begun.set(id, begun);
    };
    add(1);
    try {
      return await connect;
    } finally {
      add(-1);
    }
  }

  join(id: string, client: Socket<End>, backend: Socket<End>): void {
    const relays = this.#relays.get(id) ?? new Set();
    this.#relays.set(id, relays);
    const relay = new Relay(client, backend, () => {
      relays.delete(relay);
      this.#count -= 1;
      if (relays.size === 0 && this.#relays.get(id) === relays) this.#relays.delete(id);
    });
    relays.add(relay);
    this.#count += 1;
  }

  /** Resolves when nothing is under way to it; then, or when the time is over, whoever is still connected stays so. */
  async drained(id: string, withinMs: number): Promise<void> {
    const untilMs = performance.now() + withinMs;
    while (this.#isBusy(id) && performance.now() < untilMs) await Bun.sleep(limits.drainLookMs);
  }

  #isBusy(id: string): boolean {
    if (this.#begun.has(id)) return true;
    const relays = [...(this.#relays.get(id) ?? [])];
    return relays.some((relay) => !relay.isAtRest);
  }
}
