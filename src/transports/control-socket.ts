/** The control socket: operations as HTTP over a Unix socket, `POST /rpc/<operation>` with JSON in and out. Streams
 *  answer one JSON document a line, produced only as fast as they are read. Every other path is the HTTP interface's. */

import { limits } from "../model/limits.ts";
import { problem, type Problem } from "../model/errors.ts";
import { errorDocument } from "../protocol/shapes.ts";
import {
  isForEveryProtocol,
  OLDEST_PROTOCOL,
  readVersionHeader,
  RPC_PATH,
  VERSION,
  VERSION_HEADER,
  versionHeader,
  type Release,
} from "../protocol/version.ts";
import type { Answer, Dispatch } from "./dispatch.ts";
import { ownSocket } from "./http/own-socket.ts";
import { webSockets, type LazyHttp } from "./http/lazy.ts";
import type { HttpServer } from "./http/options.ts";
import { Listener, type ListenerOptions, type SocketServer } from "./listener.ts";
import type { Ending, OpenRequest, UnderWay } from "./under-way.ts";

export interface ControlSocket {
  /** Takes nothing new. What is finished is answered; what waits is told, or cut off to ask the next daemon. */
  close(ending: Ending): Promise<void>;
}

/** How long a daemon that is to be replaced goes on serving for the sake of what must not be asked twice. */
const SETTLE_MS = 5_000;
/** How long answers may take on their way out. */
const ANSWER_MS = 100;

export interface ControlSocketOptions {
  readonly dispatch: Dispatch;
  readonly underWay: UnderWay;
  readonly http: LazyHttp;
  /** Ends with it. */
  readonly alongside: SocketServer;
}

/** The caller holds the daemon's lock. */
export function serveControlSocket(
  { dispatch, underWay, http, alongside }: ControlSocketOptions,
  socket: Omit<ListenerOptions, "serve">,
): ControlSocket {
  const take: Take = (request, server) =>
    new URL(request.url).pathname.startsWith(RPC_PATH)
      ? answer(request, dispatch, underWay)
      : http.answer(request, server, ownSocket);
  const listener = new Listener({ ...socket, serve: (path) => serve(path, take) });
  return {
    async close(ending) {
      if (ending === "exec") await Promise.race([underWay.settled(), Bun.sleep(SETTLE_MS)]);
      // What came true just now is answered before what still waits is told that it did not.
      await new Promise((resolve) => setImmediate(resolve));
      underWay.abort(ending);
      const finished = Promise.all([listener.finish(), alongside.stop(false)]);
      await Promise.race([finished, Bun.sleep(ANSWER_MS)]);
      const cutOff = Promise.all([listener.cutOff(), alongside.stop(true)]);
      await Promise.race([cutOff, Bun.sleep(ANSWER_MS)]);
    },
  };
}

type Take = (request: Request, server: HttpServer) => Promise<Response | undefined>;

function serve(path: string, fetch: Take): SocketServer {
  const options = {
    unix: path,
    // Off: waiting is what some operations are for. The types do not know it together with `unix`.
    idleTimeout: 0,
    development: false,
    maxRequestBodySize: limits.requestBytes,
    websocket: webSockets,
    fetch,
  };
  return Bun.serve(options as unknown as Parameters<typeof Bun.serve>[0]);
}

async function answer(request: Request, dispatch: Dispatch, underWay: UnderWay): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== "POST") return new Response("not found\n", { status: 404, headers });
  const name = pathname.slice(RPC_PATH.length);
  const caller = readVersionHeader(request.headers.get(VERSION_HEADER));
  if (caller !== null && caller.protocol < OLDEST_PROTOCOL && !isForEveryProtocol(name)) {
    return toResponse({ kind: "error", problem: otherRelease(name, caller, "") });
  }
  const turn = underWay.begin(name, request.signal);
  const given = explained(await dispatch(name, await body(request), turn.signal), name, caller);
  if (given.kind === "stream") return new Response(lines(given.output, turn), { headers });
  if (given.kind === "error" && turn.isCutOff()) return NEVER;
  turn.end();
  return toResponse(given);
}

/** What is not understood of another release is no fault of whoever asked. */
function explained(given: Answer, name: string, caller: Release | null): Answer {
  if (given.kind !== "error" || caller === null || caller.version === VERSION) return given;
  const { code, message, details } = given.problem;
  if (code !== "INVALID_PARAMETER" || details["notUnderstood"] !== true) return given;
  return { kind: "error", problem: otherRelease(name, caller, ` (${message})`) };
}

function otherRelease(name: string, caller: Release, why: string): Problem {
  return problem(
    "DAEMON_VERSION",
    `Cannot carry out '${name}': the command is of procman ${caller.version}, the daemon of ${VERSION}${why}`,
    "Use the newer of the two; its first command that changes something upgrades the daemon.",
    { command: caller.version, daemon: VERSION },
  );
}

/** Cut off when the server stops. */
const NEVER = new Promise<never>(() => {});

/** What is no JSON fails the validation of the operation, like any other wrong input. */
async function body(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined; // Said by the operation's own validation.
  }
}

const headers = { [VERSION_HEADER]: versionHeader };

function toResponse(given: Exclude<Answer, { kind: "stream" }>): Response {
  return given.kind === "once"
    ? Response.json(given.output, { headers })
    : Response.json(errorDocument(given.problem), { status: 400, headers });
}

/** Pulled by the reader: one that stalls costs one document. When the daemon ends so does the stream; it is cut off
 *  when the next daemon goes on with it. */
function lines(documents: AsyncIterable<unknown>, turn: OpenRequest): ReadableStream<Uint8Array> {
  const iterator = documents[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next().catch((error: unknown) => {
          if (turn.signal.aborted)
            return turn.isCutOff() ? NEVER : { done: true as const, value: null };
          turn.end();
          throw error;
        });
        if (next.done !== true) {
          controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
          return;
        }
        turn.end();
        controller.close();
      },
      async cancel() {
        turn.end();
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
