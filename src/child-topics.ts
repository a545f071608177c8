/** What a program has subscribed to, and who in it is told. */

import { envelope, type Line, type Message } from "./child-line.ts";

export interface Publication {
  readonly topic: string;
  /** So many before it were left out, because this program had not read what waited. */
  readonly leftOut: number;
}

export type PublicationHandler = (data: unknown, from: string, about: Publication) => unknown;

export class Topics {
  readonly #line: () => Line | null;
  readonly #handlers = new Map<string, Set<PublicationHandler>>();

  constructor(line: () => Line | null) {
    this.#line = line;
  }

  subscribe(topic: string, handler: PublicationHandler): () => void {
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers.add(handler));
    if (handlers.size === 1) this.#line()?.sayIfOpen(envelope("subscribe", { topic }));
    return () => {
      if (!handlers.delete(handler) || handlers.size > 0) return;
      this.#handlers.delete(topic);
      this.#line()?.sayIfOpen(envelope("unsubscribe", { topic }));
    };
  }

  /** What is to be said on a new connection. */
  renewals(): readonly Message[] {
    return [...this.#handlers.keys()].map((topic) => envelope("subscribe", { topic }));
  }

  published({ data, from, topic, leftOut }: Message): void {
    const about = { topic: String(topic), leftOut: Number(leftOut ?? 0) };
    for (const [pattern, handlers] of this.#handlers) {
      if (!isMeant(pattern, about.topic)) continue;
      for (const handler of handlers) handler(data, String(from), about);
    }
  }
}

/** As procman has it: the pattern is the topic itself, `PREFIX.*` or `*`. */
function isMeant(pattern: string, topic: string): boolean {
  return pattern === topic || (pattern.endsWith("*") && topic.startsWith(pattern.slice(0, -1)));
}
