/** Brings the notices of alerts to their receivers. Each receiver has a queue of its own with an end: one that fails or
 *  stalls delays nobody else, and what it could not be told is reported. */

import type { Delivery, ReceiverKind } from "../model/alerts.ts";
import { limits } from "../model/limits.ts";
import type { Chance, Notifier, RunCommand } from "../supervisor/ports.ts";
import { tellCommand } from "./exec-receiver.ts";
import { PATIENCE, postNotice, type Patience } from "./webhook-receiver.ts";

export interface NotifierOptions {
  readonly run: RunCommand;
  readonly chance: Chance;
  readonly patience?: Patience;
}

export interface OpenNotifier extends Notifier {
  /** Waits so long for what is under way, then ends it. Nothing is delivered afterwards. */
  close(graceMs: number): Promise<void>;
}

/** Null when the receiver was told, else why not, as a sentence without its subject. */
type Tell = (end: AbortSignal) => Promise<string | null>;

export function createNotifier(options: NotifierOptions): OpenNotifier {
  const { run, chance, patience = PATIENCE } = options;
  const closing = new AbortController();
  const queues = new Map<string, Queue>();

  const enqueue = (name: string, tell: Tell, onFailure: (reason: string) => void): void => {
    if (closing.signal.aborted) return onFailure("the daemon is ending");
    let queue = queues.get(name);
    if (queue === undefined) {
      queue = new Queue(closing.signal, () => queues.delete(name));
      queues.set(name, queue);
    }
    queue.add({ tell, onFailure });
  };

  return {
    deliver({ notice, exec, webhook, timeoutMs }: Delivery, onUndelivered) {
      const failed = (receiver: ReceiverKind) => (reason: string) =>
        onUndelivered(receiver, reason);
      if (exec !== null) {
        const name = `exec ${exec.cwd} ${exec.argv.join("\0")}`;
        const tell: Tell = (end) => tellCommand({ run, launch: exec, notice, timeoutMs, end });
        enqueue(name, tell, failed("exec"));
      }
      if (webhook !== null) {
        const tell: Tell = (end) =>
          postNotice({ webhook, notice, timeoutMs, patience, chance, end });
        enqueue(`webhook ${webhook.url}`, tell, failed("webhook"));
      }
    },
    async close(graceMs) {
      const idle = Promise.all([...queues.values()].map((queue) => queue.idle));
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([idle, late]);
      clearTimeout(timer);
      closing.abort();
      await idle;
    },
  };
}

interface Item {
  readonly tell: Tell;
  readonly onFailure: (reason: string) => void;
}

/** The notices for one receiver, one after the other, so that `resolved` never overtakes `fired`. */
class Queue {
  readonly idle: Promise<void>;
  readonly #waiting: Item[] = [];
  readonly #end: AbortSignal;
  /** Refused since the last one that was taken. */
  #refused = 0;

  constructor(end: AbortSignal, onIdle: () => void) {
    this.#end = end;
    this.idle = Promise.resolve()
      .then(() => this.#work())
      .finally(onIdle);
  }

  /** Of many that are refused in a row the first is reported. */
  add(item: Item): void {
    if (this.#waiting.length < limits.noticesWaiting) {
      this.#refused = 0;
      this.#waiting.push(item);
      return;
    }
    this.#refused += 1;
    if (this.#refused > 1) return;
    item.onFailure(
      `has ${limits.noticesWaiting} notices waiting; further ones are dropped until it takes some`,
    );
  }

  async #work(): Promise<void> {
    for (let item = this.#waiting.shift(); item !== undefined; item = this.#waiting.shift()) {
      const reason = this.#end.aborted ? "the daemon is ending" : await item.tell(this.#end);
      if (reason !== null) item.onFailure(reason);
    }
  }
}
