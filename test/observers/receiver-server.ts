/** A web server in the test that takes notices, and answers them as it is told to. */

import type { Notice } from "../../src/model/alerts.ts";

export interface Received {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  readonly notice: Notice;
}

export class ReceiverServer {
  readonly received: Received[] = [];
  readonly #server: ReturnType<typeof Bun.serve>;

  /** `answer` is given the number of the request, from 1. */
  constructor(
    answer: (nth: number) => Response | Promise<Response> = () => new Response("thanks"),
  ) {
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 60,
      fetch: async (request) => {
        const body = await request.text();
        const { pathname: path } = new URL(request.url);
        const notice = (body === "" ? {} : JSON.parse(body)) as Notice;
        this.received.push({ path, headers: request.headers, body, notice });
        return answer(this.received.length);
      },
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/hook`;
  }

  /** What it was told, each notice once for each time that it came. */
  get told(): string[] {
    return this.received.map(({ notice }) => `${notice.status} ${notice.type}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

/** The address of a port where nobody listens. */
export async function deadUrl(): Promise<string> {
  await using server = new ReceiverServer();
  return server.url;
}
