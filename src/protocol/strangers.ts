/** Operations on processes that no run is known to own: who listens on a port, what is left, taking one over. */

import { z } from "zod";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { ProcessSpec } from "../model/spec.ts";
import { defineInput } from "./definition-inputs.ts";
import type { ApplyInput } from "./definition-inputs.ts";
import { callOf } from "./operation.ts";
import { place, type Place } from "./place.ts";
import type { ActionResult } from "./shapes.ts";
import { processSpecSchema } from "./spec-schema.ts";

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

export interface AdoptInput extends Place {
  /** What is taken over, as whoever asks has seen it. */
  readonly identity: ProcessIdentity;
  /** The process that it becomes an instance of. */
  readonly name: string;
  /** What the configuration says; null outside of a project. */
  readonly definition: Omit<ApplyInput, "prune" | "dryRun"> | null;
  /** How it is started anew, when nothing else defines a process of that name. */
  readonly process: ProcessSpec;
  /** The environment that it was started with. */
  readonly env: Readonly<Record<string, string>>;
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
  adopt: callOf<AdoptInput, { results: readonly ActionResult[] }>({
    input: z.strictObject({
      ...place,
      identity: z.strictObject({ pid, startTicks: z.string() }),
      name: z.string(),
      definition: z.strictObject(defineInput).nullable(),
      process: processSpecSchema,
      env: z.record(z.string(), z.string()),
    }),
    effect: "writes",
    summary: "Takes over a process that runs already, as an instance of a process.",
    repeatable: false,
    errors: ["PROCESS_NOT_FOUND", "PERMISSION_DENIED", "MANAGED", "NAME_TAKEN"],
  }),
} as const;
