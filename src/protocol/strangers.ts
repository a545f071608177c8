/** Operations on processes that no run is known to own: who listens on a port, what could be taken over, what is left. */

import { z } from "zod";
import { callOf } from "./operation.ts";

/** A process as it is seen from outside; null where it cannot be seen. */
export interface Stranger {
  readonly pid: number;
  readonly command: string;
  readonly user: string | null;
  readonly cwd: string | null;
  /** TCP ports that it listens on. */
  readonly ports: readonly number[];
  /** When it was started. */
  readonly since: string;
  readonly ageMs: number;
  /** The instance that it belongs to: `shop/api.1`. */
  readonly id: string | null;
  /** What its environment says of the run that it was started in. */
  readonly runId: string | null;
  readonly project: string | null;
  readonly process: string | null;
  /** The signal that it ended by on request; null when it was not asked to. */
  readonly endedBy: "SIGTERM" | "SIGKILL" | null;
}

export interface OrphansInput {
  readonly kill: boolean;
  /** Only these; null takes all. */
  readonly pids: readonly number[] | null;
  /** The process that asks: it is spared, with all that it descends from. */
  readonly asker: number;
}

const port = z.number().int().min(1).max(65_535);
const pid = z.number().int().positive();
const kill = z.boolean();

export const strangerOperations = {
  port: callOf<{ port: number; kill: boolean }, readonly Stranger[]>({
    input: z.strictObject({ port, kill }),
    effect: "writes",
    summary: "The processes that listen on a TCP port; `kill` ends them.",
    errors: ["PERMISSION_DENIED", "MANAGED", "STOP_FAILED"],
  }),
  orphans: callOf<OrphansInput, readonly Stranger[]>({
    input: z.strictObject({ kill, pids: z.array(pid).nullable(), asker: pid }),
    effect: "writes",
    summary: "What is left of runs of this home that are over; `kill` ends it, or `pids` among it.",
    errors: ["PROCESS_NOT_FOUND", "PERMISSION_DENIED", "STOP_FAILED"],
  }),
  discover: callOf<{ asker: number }, readonly Stranger[]>({
    input: z.strictObject({ asker: pid }),
    effect: "reads",
    summary: "Processes of this user that look like servers and are not managed.",
    errors: [],
  }),
} as const;
