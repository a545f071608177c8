/** The control socket: operations as HTTP over a Unix socket, `POST /rpc/<operation>` with JSON in and out. Streams
 *  answer one JSON document a line, produced only as fast as they are read. */

import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { fail } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import { errorDocument } from "../protocol/shapes.ts";
import { RPC_PATH, VERSION_HEADER, versionHeader } from "../protocol/version.ts";
import type { Answer, Dispatch } from "./dispatch.ts";

export interface ControlSocket {
  /** Answers nothing new; what is under way may end. */
  close(): Promise<void>;
}

/** `path` must lie in a directory that only this user may enter. The caller holds the daemon's lock, so a socket
 *  that is there already is one that nobody listens on. */
export function serveControlSocket(path: string, dispatch: Dispatch): ControlSocket {
  removeStaleSocket(path);
  const options = {
    unix: path,
    // Off: waiting is what some operations are for. The types do not know it together with `unix`.
    idleTimeout: 0,
    development: false,
    maxRequestBodySize: limits.requestBytes,
    fetch: (request: Request) => answer(request, dispatch),
  };
  const server = Bun.serve(options as unknown as Parameters<typeof Bun.serve>[0]);
  chmodSync(path, 0o600);
  return { close: () => server.stop(false) };
}

function removeStaleSocket(path: string): void {
  const info = lstatSync(path, { throwIfNoEntry: false });
  if (info === undefined) return;
  if (!info.isSocket()) {
    const hint = `Move ${path} away, then start again.`;
    fail("HOME_UNUSABLE", `Cannot listen on ${path}: it is there and is no socket`, hint);
  }
  unlinkSync(path);
}

async function answer(request: Request, dispatch: Dispatch): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== "POST" || !pathname.startsWith(RPC_PATH)) {
    return new Response("not found\n", { status: 404, headers });
  }
  const input = await body(request);
  const name = pathname.slice(RPC_PATH.length);
  return toResponse(await dispatch(name, input, request.signal));
}

/** What is no JSON fails the validation of the operation, like any other wrong input. */
async function body(request: Request): Promise<unknown> {
  try {
    return await request.json();
  } catch {
    return undefined; // Said by the operation's own validation.
  }
}

const headers = { [VERSION_HEADER]: versionHeader };

function toResponse(given: Answer): Response {
  switch (given.kind) {
    case "once":
      return Response.json(given.output, { headers });
    case "error":
      return Response.json(errorDocument(given.problem), { status: 400, headers });
    case "stream":
      return new Response(lines(given.output), { headers });
  }
}

/** Pulled by the reader: one that stalls costs one document. */
function lines(documents: AsyncIterable<unknown>): ReadableStream<Uint8Array> {
  const iterator = documents[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const next = await iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(next.value)}\n`));
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
