/** The HTTP interface before anybody has used it: its code is loaded with the first request, so that a daemon that is
 *  asked by the command line alone does not have it. */

import { httpLimits } from "../../model/http-limits.ts";
import type { Http } from "./http.ts";
import type { HttpOptions, HttpServer, Session } from "./options.ts";
import type { Door } from "./own-socket.ts";

export class LazyHttp {
  readonly #options: HttpOptions;
  #loaded: Promise<Http> | null = null;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** `door`: where it came in. Undefined when it goes on as a WebSocket. */
  async answer(request: Request, server: HttpServer, door: Door): Promise<Response | undefined> {
    const http = await (this.#loaded ??= this.#load());
    return http.answer(request, server, door);
  }

  async #load() {
    const { Http } = await import("./http.ts");
    return new Http(this.#options);
  }
}

/** For servers whose requests may go on as WebSockets. */
export const webSockets: Bun.WebSocketHandler<Session> = {
  maxPayloadLength: httpLimits.bodyBytes,
  // A client that is gone without a word is noticed by that.
  idleTimeout: 120,
  sendPings: true,
  open: (socket) => socket.data.opened(socket),
  message: (socket, message) => socket.data.received(message),
  drain: (socket) => socket.data.drained(),
  close: (socket) => socket.data.closed(),
};
