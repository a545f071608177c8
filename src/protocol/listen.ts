/** The operation that opens the HTTP interface to TCP, and closes it. */

import { z } from "zod";
import { callOf } from "./operation.ts";

/** Where a daemon listens besides its socket. */
export interface Listening {
  readonly url: string;
  /** The file of the token that requests have to carry. */
  readonly tokenFile: string;
  /** Why it cannot for now, as when another has the port; null: it does. */
  readonly trouble: string | null;
}

export interface ListenInput {
  /** `HOST:PORT`, or a port of this machine alone; 0 takes one that is free. Null: no longer. */
  readonly address: string | null;
  /** Other machines may come. */
  readonly expose: boolean;
}

export const listenOperations = {
  listen: callOf<ListenInput, { listening: Listening | null }>({
    input: z.strictObject({ address: z.string().nullable(), expose: z.boolean() }),
    effect: "writes",
    summary: "Opens the HTTP interface to TCP, until the daemon is stopped; or closes it.",
    errors: ["PORT_TAKEN", "PERMISSION_DENIED"],
  }),
} as const;
