/** One connection of the daemon to the balancer: questions by number, and their answers. */

import type { Socket } from "bun";
import { limits } from "../model/limits.ts";
import {
  lineReader,
  type Answer,
  type Command,
  type Counted,
  type Service,
  type Unserved,
} from "./messages.ts";

export interface WireEvents {
  readonly closed: (wire: BalancerWire) => void;
  readonly trouble: (what: string) => void;
}

type Numbered = Extract<Answer, { seq: number }>;
type Question = Exclude<Command, { kind: "end" }>;
type WithoutSeq<C> = C extends { seq: number } ? Omit<C, "seq"> : never;

export class BalancerWire {
  /** What the other side speaks; 0 before it has said so. */
  version = 0;
  readonly #events: WireEvents;
  readonly #questions = new Map<number, (answer: Numbered | null) => void>();
  readonly #read = lineReader((line) => this.#take(JSON.parse(line) as Answer));
  #socket: Socket | null = null;
  #isClosed = false;
  #rest = Buffer.alloc(0);
  #lastSeq = 0;
  #greeted: () => void = () => {};

  private constructor(events: WireEvents) {
    this.#events = events;
  }

  /** Null when nobody answers there. */
  static async open(path: string, events: WireEvents): Promise<BalancerWire | null> {
    const wire = new BalancerWire(events);
    const { promise, resolve } = Promise.withResolvers<void>();
    wire.#greeted = resolve;
    try {
      wire.#socket = await Bun.connect({
        unix: path,
        socket: {
          data: (_, chunk) => wire.#read(chunk),
          drain: () => wire.#flush(),
          close: () => wire.#closed(),
          error() {
            // Its close comes next.
          },
        },
      });
    } catch {
      return null; // Nobody listens: that is the answer.
    }
    const late = setTimeout(() => wire.close(), limits.balancerSilentMs);
    await promise;
    clearTimeout(late);
    return wire.version === 0 || wire.#isClosed ? null : wire;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** What cannot be listened for; null when the connection ended before that was told. */
  async serve(services: readonly Service[]): Promise<readonly Unserved[] | null> {
    const answer = await this.#ask({ kind: "serve", services });
    return answer?.kind === "served" ? answer.unserved : null;
  }

  async drain(backend: string, withinMs: number): Promise<void> {
    const late = Bun.sleep(withinMs + limits.balancerSilentMs);
    await Promise.race([this.#ask({ kind: "drain", backend, withinMs }), late]);
  }

  async count(): Promise<readonly Counted[]> {
    const late = Bun.sleep(limits.balancerSilentMs).then(() => null);
    const answer = await Promise.race([this.#ask({ kind: "count" }), late]);
    return answer?.kind === "counted" ? answer.services : [];
  }

  end(): void {
    this.#say({ kind: "end" });
  }

  close(): void {
    this.#socket?.terminate();
  }

  #ask(question: WithoutSeq<Question>): Promise<Numbered | null> {
    if (this.#isClosed) return Promise.resolve(null);
    this.#lastSeq += 1;
    const { promise, resolve } = Promise.withResolvers<Numbered | null>();
    this.#questions.set(this.#lastSeq, resolve);
    this.#say({ ...question, seq: this.#lastSeq });
    return promise;
  }

  #say(command: Command): void {
    const isBehind = this.#rest.length > 0;
    this.#rest = Buffer.concat([this.#rest, Buffer.from(`${JSON.stringify(command)}\n`)]);
    if (!isBehind) this.#flush();
  }

  #flush(): void {
    const taken = this.#socket?.write(this.#rest) ?? 0;
    this.#rest = this.#rest.subarray(Math.max(0, taken));
  }

  #take(answer: Answer): void {
    switch (answer.kind) {
      case "hello":
        this.version = answer.version;
        return this.#greeted();
      case "trouble":
        return this.#events.trouble(answer.what);
      default:
        this.#questions.get(answer.seq)?.(answer);
        this.#questions.delete(answer.seq);
    }
  }

  #closed(): void {
    this.#isClosed = true;
    for (const answered of this.#questions.values()) answered(null);
    this.#questions.clear();
    this.#greeted();
    this.#events.closed(this);
  }
}
