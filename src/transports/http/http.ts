/** The HTTP interface: finds the route of a request, lets it in, and answers. The same on the daemon's socket and over
 *  TCP, but for who may come in. */

import { fail } from "../../model/errors.ts";
import { httpLimits } from "../../model/http-limits.ts";
import { ActionsFailed } from "./acted.ts";
import { callsOf } from "./calls.ts";
import type { CarryOut } from "./command.ts";
import { entrance, isPageLoad, isShutOut } from "./entrance.ts";
import { bodyOf, givenTo } from "./given.ts";
import { login } from "./login.ts";
import type { HttpOptions, HttpServer } from "./options.ts";
import type { Door } from "./own-socket.ts";
import { LOGIN_PATH, WEB_SOCKET_PATH } from "./paths.ts";
import { ownHeaders, problemResponse, refusalResponse } from "./problem-document.ts";
import { Refusal } from "./refusal.ts";
import type { Reply } from "./route.ts";
import { methodsOf, routeFor } from "./router.ts";
import { eventParameters } from "./routes/events.ts";
import { streamOf } from "./streaming.ts";
import { isUpgrade, SocketSession } from "./web-socket.ts";

export class Http {
  readonly #options: HttpOptions;
  /** Streams and WebSockets that are open. */
  #streams = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
  }

  /** Undefined when it goes on as a WebSocket. */
  async answer(request: Request, server: HttpServer, door: Door): Promise<Response | undefined> {
    const { method, headers, signal } = request;
    this.#options.used();
    // What was asked for is over with it: when whoever asked is gone, or nothing of it is read any more.
    const over = new AbortController();
    signal.addEventListener("abort", () => over.abort(signal.reason), { once: true });
    try {
      const url = new URL(request.url);
      const open = isOpen(method, url.pathname);
      door.admit(request, open);
      if (method === "OPTIONS") return allowance(url.pathname);
      if (url.pathname === LOGIN_PATH && door.exchange !== null) {
        return await login(request, url, door.exchange);
      }
      if (url.pathname === WEB_SOCKET_PATH) return this.#upgrade(request, url, server);
      // Some wait for as long as it takes. A connection stays so when it is answered: not for those without a token.
      if (!open) server.timeout(request, 0);
      const body = () => bodyOf(request);
      const reply = await this.#carryOut({ method, url, headers, gone: over.signal, body });
      return this.#respond(reply, method, over);
    } catch (error) {
      over.abort();
      if (error instanceof ActionsFailed) return problemResponse(error.problem, error);
      if (isShutOut(error) && isPageLoad(request)) return entrance(error);
      return this.#refused(error);
    }
  }

  readonly #carryOut: CarryOut = async ({ method, url, headers, body, gone }) => {
    const { route, path } = routeFor(method, url.pathname);
    const given = givenTo(
      route,
      url.searchParams,
      route.method === "POST" ? await body() : undefined,
    );
    const calls = callsOf(this.#options, gone);
    return route.run(calls, given as Readonly<Record<string, never>>, { headers, path });
  };

  #upgrade(request: Request, url: URL, server: HttpServer): undefined {
    if (!isUpgrade(request)) {
      const hint = "Events without it are at GET /api/events.";
      throw new Refusal(426, "USAGE", "Cannot answer: this is a WebSocket", hint, {
        Upgrade: "websocket",
        Connection: "Upgrade",
      });
    }
    const given = givenTo(
      { ...routeFor("GET", "/api/events").route, parameters: eventParameters },
      url.searchParams,
      undefined,
    );
    const leave = this.#enter();
    const data = new SocketSession({
      carryOut: this.#carryOut,
      options: this.#options,
      given,
      leave,
    });
    if (server.upgrade(request, { data })) return undefined;
    leave();
    throw new Refusal(400, "USAGE", "Cannot make a WebSocket of it");
  }

  #respond(reply: Reply, method: string, over: AbortController): Response {
    switch (reply.kind) {
      case "json": {
        const { status = 200, headers } = reply;
        const type = { "Content-Type": "application/json" };
        const text = `${JSON.stringify(reply.body)}\n`;
        return new Response(text, { status, headers: { ...ownHeaders, ...type, ...headers } });
      }
      case "text": {
        const headers = { ...ownHeaders, "Content-Type": reply.type, ...reply.headers };
        return new Response(reply.text, { headers });
      }
      case "nothing":
        return new Response(null, { status: reply.status, headers: ownHeaders });
      case "stream": {
        // Whoever is between is not to keep it back.
        const headers = { ...ownHeaders, "Content-Type": reply.type, "X-Accel-Buffering": "no" };
        if (method === "HEAD") {
          over.abort();
          return new Response(null, { headers });
        }
        const leave = this.#enter();
        const ended = (): void => {
          leave();
          over.abort();
        };
        const broken = (error: unknown): void => this.#options.trouble("a stream broke", error);
        return new Response(streamOf(reply.chunks, { beat: reply.beat, ended, broken }), {
          headers,
        });
      }
    }
  }

  /** Gives back what lets out again. */
  #enter(): () => void {
    if (this.#streams >= httpLimits.streams) {
      fail("DAEMON_BUSY", `Cannot serve more than ${httpLimits.streams} streams at once`);
    }
    this.#streams += 1;
    let isOut = false;
    return () => {
      if (isOut) return;
      isOut = true;
      this.#streams -= 1;
      this.#options.used();
    };
  }

  #refused(error: unknown): Response {
    try {
      return refusalResponse(error);
    } catch (unexpected) {
      this.#options.trouble("a request broke", unexpected);
      const message = unexpected instanceof Error ? unexpected.message : String(unexpected);
      const hint = "This is a bug in procman; daemon.log has the details.";
      return problemResponse({ code: "INTERNAL", message, hint, details: {} });
    }
  }
}

/** What needs no token. A path that there is not is told to nobody without one. */
function isOpen(method: string, pathname: string): boolean {
  if (pathname === LOGIN_PATH || method === "OPTIONS") return true;
  try {
    return routeFor(method, pathname).route.isOpen === true;
  } catch {
    return false; // Said when it has been let in.
  }
}

function allowance(pathname: string): Response {
  const Allow = methodsOf(pathname);
  if (Allow === null) throw new Refusal(404, "USAGE", `Cannot find ${pathname.slice(0, 200)}`);
  return new Response(null, { status: 204, headers: { ...ownHeaders, Allow } });
}
