/** What the HTTP interface is made with, and what a server of it is to Bun. */

import type { Dispatch } from "../dispatch.ts";
import type { UnderWay } from "../under-way.ts";

export interface HttpOptions {
  readonly dispatch: Dispatch;
  readonly underWay: UnderWay;
  /** Called for each request and at the end of each stream: what they have left may be given back when all is quiet. */
  readonly used: () => void;
  /** Told of what nobody expected. */
  readonly trouble: (what: string, error: unknown) => void;
}

/** What a request has become that goes on as a WebSocket. */
export interface Session {
  opened(socket: Bun.ServerWebSocket<Session>): void;
  received(message: string | Buffer): void;
  drained(): void;
  closed(): void;
}

export type HttpServer = Bun.Server<Session>;
