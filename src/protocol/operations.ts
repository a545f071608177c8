/** The table of operations: each is declared once, and every transport and client is made from it.
 *
 *  `reads` operations change nothing and may be called by whoever only looks. `stream` operations answer with one
 *  JSON document a line until one side ends. */

import { z } from "zod";
import type { KnownProject } from "../model/known-project.ts";
import { limits } from "../model/limits.ts";
import { ALL_WAIT_CONDITIONS, type WaitCondition } from "../model/waiting.ts";
import { callOf, streamOf, type Answers, type Operation } from "./operation.ts";
import { captureInput, type CaptureInput, type CaptureNews } from "./capture.ts";
import { defineInput, holder, runInput, runtimeUpdates } from "./definition-inputs.ts";
import type {
  ApplyInput,
  ApplyOutput,
  RunInput,
  RunOutput,
  SetInput,
  UpInput,
  UpOutput,
} from "./definition-inputs.ts";
import type { Explanation } from "./explanation.ts";
import { LOOKUP, place, type Place } from "./place.ts";
import type { ActionResult, DaemonStatus, Inspection } from "./shapes.ts";
import { alertOperations } from "./alerts.ts";
import { comebackOperations } from "./comeback.ts";
import { eventOperations } from "./events.ts";
import { healthOperations } from "./health.ts";
import { createOperations } from "./create.ts";
import { listenOperations } from "./listen.ts";
import { logOperations } from "./logs.ts";
import { inputOperations } from "./inputs.ts";
import { statsOperations } from "./stats.ts";
import { messageOperations } from "./messages.ts";
import { reloadOperations } from "./reload.ts";
import { strangerOperations } from "./strangers.ts";
import { processSpecSchema } from "./spec-schema.ts";
import type { Status } from "./status.ts";

export type { Place };

/** Durations are milliseconds throughout. */
const ms = z
  .number()
  .nonnegative()
  .max(2 ** 45);

const targets = z.array(z.string());

const onTargets = z.strictObject({ ...place, targets });
const stopInput = z.strictObject({
  ...place,
  targets,
  timeoutMs: ms.nullable(),
  withDependents: z.boolean(),
});
const startInput = z.strictObject({
  ...place,
  targets,
  withDependents: z.boolean(),
  until: z.enum(["spawned", "ready"]).optional(),
  timeoutMs: ms.nullable().optional(),
});

export const operations = {
  "daemon-status": callOf<Record<string, never>, DaemonStatus>({
    input: z.strictObject({}),
    effect: "reads",
    summary: "The daemon itself: version, process, home, counts.",
    errors: [],
  }),
  "daemon-stop": callOf<
    { leaveRunning: boolean; timeoutMs: number | null },
    { results: readonly ActionResult[] }
  >({
    input: z.strictObject({ leaveRunning: z.boolean(), timeoutMs: ms.nullable() }),
    effect: "writes",
    summary: "Stops every process, then the daemon; or the daemon alone.",
    errors: ["STOP_FAILED"],
  }),
  // Whatever the protocol, this and `daemon-status` stay as they are: by them a newer release replaces an older one.
  "daemon-restart": callOf<{ command?: readonly string[] | undefined }, { pid: number }>({
    input: z.strictObject({ command: z.array(z.string()).min(1).optional() }),
    effect: "writes",
    summary: "Replaces the daemon's program in place; processes go on.",
    repeatable: false,
    errors: ["DAEMON_START_FAILED"],
  }),
  list: callOf<Place & { targets: readonly string[]; all: boolean }, readonly Status[]>({
    input: z.strictObject({ ...place, targets, all: z.boolean() }),
    effect: "reads",
    summary: "Status objects of a project's instances, or of all projects.",
    errors: LOOKUP,
  }),
  inspect: callOf<Place & { target: string; reveal: boolean | null }, Inspection>({
    input: z.strictObject({ ...place, target: z.string(), reveal: z.boolean().nullable() }),
    effect: "reads",
    summary:
      "Everything about one process. `reveal`: null leaves the environment out, false masks secrets.",
    errors: LOOKUP,
  }),
  why: callOf<Place & { target: string }, Explanation>({
    input: z.strictObject({ ...place, target: z.string() }),
    effect: "reads",
    summary:
      "Why an instance is in its state: what it waits for, which rule holds it, how it last ended.",
    errors: LOOKUP,
  }),
  up: callOf<UpInput, UpOutput>({
    input: z.strictObject({
      ...defineInput,
      holder: holder.nullable(),
      again: targets.exactOptional(),
      watches: z.boolean().exactOptional(),
      until: z.enum(["asked", "spawned", "ready"]),
      timeoutMs: ms.nullable(),
    }),
    effect: "writes",
    summary: "Defines a project and starts targets with what they depend on.",
    errors: ["NAME_TAKEN", "PROCESS_NOT_FOUND", "OPERATION_TIMEOUT"],
  }),
  run: callOf<RunInput, RunOutput>({
    input: z.strictObject(runInput),
    effect: "writes",
    summary: "Starts an ad-hoc process, or finds that it runs; answers when it was spawned.",
    repeatable: false,
    errors: [...LOOKUP, "NAME_TAKEN", "COMMAND_NOT_FOUND", "COMMAND_NOT_EXECUTABLE"],
  }),
  apply: callOf<ApplyInput, ApplyOutput>({
    input: z.strictObject({
      ...defineInput,
      prune: z.boolean(),
      dryRun: z.boolean(),
      reloads: z.literal(true).exactOptional(),
    }),
    effect: "writes",
    summary:
      "Brings what runs in line with a definition; starts nothing that is stopped; answers when it is done.",
    errors: ["NAME_TAKEN"],
  }),
  down: callOf<StopInput, { results: readonly ActionResult[] }>({
    input: stopInput,
    effect: "writes",
    summary: "Stops in reverse dependency order and forgets.",
    errors: LOOKUP,
  }),
  start: callOf<StartInput, { results: readonly ActionResult[] }>({
    input: startInput,
    effect: "writes",
    summary: "Starts targets and what they depend on.",
    errors: LOOKUP,
  }),
  stop: callOf<StopInput, { results: readonly ActionResult[] }>({
    input: stopInput,
    effect: "writes",
    summary: "Stops targets; answers when no process of their trees is left.",
    errors: LOOKUP,
  }),
  restart: callOf<StartInput, { results: readonly ActionResult[] }>({
    input: startInput,
    effect: "writes",
    summary: "Stops and starts targets.",
    repeatable: false,
    errors: LOOKUP,
  }),
  kill: callOf<StopInput, { results: readonly ActionResult[] }>({
    input: stopInput,
    effect: "writes",
    summary: "SIGKILL at once, and no restart.",
    errors: LOOKUP,
  }),
  reset: callOf<TargetsInput, { results: readonly ActionResult[] }>({
    input: onTargets,
    effect: "writes",
    summary: "Clears restart counters.",
    errors: LOOKUP,
  }),
  signal: callOf<TargetsInput & { signal: string }, { results: readonly ActionResult[] }>({
    input: z.strictObject({ ...place, targets, signal: z.string().regex(/^(SIG[A-Z0-9]+|\d+)$/) }),
    effect: "writes",
    summary: "Sends a signal to the group of each target; what follows is its restart policy's.",
    repeatable: false,
    errors: [...LOOKUP, "NOT_RUNNING", "PERMISSION_DENIED"],
  }),
  flush: callOf<TargetsInput, { results: readonly ActionResult[] }>({
    input: onTargets,
    effect: "writes",
    summary: "Empties the log files of targets, the rotated ones too.",
    errors: LOOKUP,
  }),
  scale: callOf<
    Place & { counts: Readonly<Record<string, number>> },
    { results: readonly ActionResult[] }
  >({
    input: z.strictObject({
      ...place,
      counts: z.record(z.string(), z.number().int().min(1).max(limits.instancesPerProcess)),
    }),
    effect: "writes",
    summary: "Changes instance counts.",
    errors: [...LOOKUP, "NOT_SUPPORTED_YET"],
  }),
  set: callOf<SetInput, { results: readonly ActionResult[] }>({
    input: z.strictObject({
      ...place,
      process: processSpecSchema,
      updates: runtimeUpdates,
      updatesBefore: runtimeUpdates,
    }),
    effect: "writes",
    summary: "Gives one process another definition, and keeps the runtime updates that it has.",
    errors: [...LOOKUP, "CHANGED_MEANWHILE"],
  }),
  known: callOf<{ project: string | null; directory: string }, readonly KnownProject[]>({
    input: z.strictObject({ project: z.string().nullable(), directory: z.string() }),
    effect: "reads",
    summary:
      "What bears on reading configurations again: of one project, or of those that live in a directory. With environment values.",
    errors: ["PROJECT_NOT_FOUND"],
  }),
  wait: callOf<
    TargetsInput & { for: WaitCondition; timeoutMs: number | null },
    { results: readonly ActionResult[] }
  >({
    input: z.strictObject({
      ...place,
      targets,
      for: z.enum(ALL_WAIT_CONDITIONS),
      timeoutMs: ms.nullable(),
    }),
    effect: "reads",
    summary: "Answers when the targets have come to a state.",
    errors: [...LOOKUP, "OPERATION_TIMEOUT", "CANNOT_COME_TRUE"],
  }),
  capture: streamOf<CaptureInput, CaptureNews>({
    input: captureInput,
    effect: "writes",
    summary: "Keeps what comes through a pipe as a log of a project, until it is ended.",
    errors: ["NAME_TAKEN", "COMMAND_FAILED"],
  }),
  ...eventOperations,
  ...logOperations,
  ...createOperations,
  ...listenOperations,
  ...reloadOperations,
  ...healthOperations,
  ...statsOperations,
  ...alertOperations,
  ...comebackOperations,
  ...strangerOperations,
  ...inputOperations,
  ...messageOperations,
} as const;

export interface TargetsInput extends Place {
  readonly targets: readonly string[];
}
export interface WidenedInput extends TargetsInput {
  readonly withDependents: boolean;
}
export interface StartInput extends WidenedInput {
  /** When it is answered: as soon as each was spawned, unless something else is asked. */
  readonly until?: "spawned" | "ready" | undefined;
  /** How long it may take; null and nothing mean for ever. */
  readonly timeoutMs?: number | null | undefined;
}
export interface StopInput extends WidenedInput {
  readonly timeoutMs: number | null;
}
type Operations = typeof operations;
export type OperationName = keyof Operations;
export type InputOfOperation<N extends OperationName> =
  Operations[N] extends Operation<infer I, unknown, Answers> ? I : never;
export type OutputOfOperation<N extends OperationName> =
  Operations[N] extends Operation<infer _, infer O, Answers> ? O : never;
export type StreamName = {
  [N in OperationName]: Operations[N]["answers"] extends "stream" ? N : never;
}[OperationName];
export type CallName = Exclude<OperationName, StreamName>;
