/** Streams of text that are made as fast as they are read, with a beat while there is nothing to be said: so that
 *  whoever is between does not take the silence for the end, and one who is gone is noticed. */

import { Heart } from "./heart.ts";

export interface StreamOptions {
  /** Sent at once, and now and then; undefined: there is none in this format. */
  readonly beat: string | undefined;
  readonly ended: () => void;
  /** Told of what nobody expected; the stream is cut then. */
  readonly broken: (error: unknown) => void;
}

const BEAT_MS = 15_000;
const heart = new Heart(BEAT_MS);
const encoder = new TextEncoder();

export function streamOf(
  chunks: AsyncIterable<string>,
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  return new ReadableStream(new Source(chunks, options), { highWaterMark: 0 });
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

class Source {
  readonly #iterator: AsyncIterator<string>;
  readonly #options: StreamOptions;
  #controller: Controller | null = null;
  /** Whoever waits for the next bytes: no more is asked for until these have been taken. */
  #waiting: PromiseWithResolvers<void> | null = null;
  #isFetching = false;
  /** Came when a beat had been taken instead. */
  #ready: string | null = null;
  #isOver = false;

  constructor(chunks: AsyncIterable<string>, options: StreamOptions) {
    this.#iterator = chunks[Symbol.asyncIterator]();
    this.#options = options;
  }

  start(controller: Controller): void {
    this.#controller = controller;
    const { beat } = this.#options;
    if (beat === undefined) return;
    heart.join(this.#pulse);
    controller.enqueue(encoder.encode(beat));
  }

  pull(): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    if (this.#ready !== null) {
      this.#say(this.#ready);
      this.#ready = null;
      return undefined;
    }
    this.#waiting = Promise.withResolvers();
    const { promise } = this.#waiting;
    if (!this.#isFetching) void this.#fetch();
    return promise;
  }

  async cancel(): Promise<void> {
    this.#end(() => {});
    await this.#iterator.return?.();
  }

  readonly #pulse = (): void => {
    const { beat } = this.#options;
    if (this.#waiting !== null && beat !== undefined) this.#say(beat);
  };

  async #fetch(): Promise<void> {
    this.#isFetching = true;
    try {
      const next = await this.#iterator.next();
      if (next.done === true) this.#end((controller) => controller.close());
      else if (this.#waiting === null) this.#ready = next.value;
      else this.#say(next.value);
    } catch (error) {
      this.#end((controller) => controller.error(error));
      this.#options.broken(error);
    } finally {
      this.#isFetching = false;
    }
  }

  #say(text: string): void {
    this.#controller?.enqueue(encoder.encode(text));
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  #end(finish: (controller: Controller) => void): void {
    if (this.#isOver) return;
    this.#isOver = true;
    heart.leave(this.#pulse);
    if (this.#controller !== null) finish(this.#controller);
    this.#waiting?.resolve();
    this.#options.ended();
  }
}
