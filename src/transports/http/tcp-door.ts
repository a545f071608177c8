/** A server on a TCP port, for requests that carry the token. */

import { httpLimits } from "../../model/http-limits.ts";
import type { SocketServer } from "../listener.ts";
import type { Address } from "./address.ts";
import { guardedDoor } from "./door.ts";
import { webSockets, type LazyHttp } from "./lazy.ts";

const MS_PER_S = 1_000;

export function listenOnTcp(
  http: LazyHttp,
  address: Address & { readonly expose: boolean },
  token: string,
): SocketServer & { readonly port: number } {
  const door = guardedDoor(address, token);
  const server = Bun.serve({
    hostname: address.host,
    port: address.port,
    // Who has not said yet what he wants is not waited for long.
    idleTimeout: httpLimits.silenceMs / MS_PER_S,
    maxRequestBodySize: httpLimits.bodyBytes,
    development: false,
    websocket: webSockets,
    fetch: (request, bun) => http.answer(request, bun, door),
  });
  return { port: server.port ?? address.port, stop: (cutOff) => server.stop(cutOff) };
}
