/** A request as a route takes it, whichever way it came. */

import type { Reply } from "./route.ts";

export interface Command {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: () => Promise<unknown>;
  /** Aborted when whoever asked is gone. */
  readonly gone: AbortSignal;
}

export type CarryOut = (command: Command) => Promise<Reply>;
