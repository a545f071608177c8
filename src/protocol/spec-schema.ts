/** The resolved definition of a project on the wire. */

import { z } from "zod";
import {
  LOG_PARSES,
  type BackoffSpec,
  type CommandSpec,
  type Dependency,
  type ProcessSpec,
  type ProjectSpec,
  type ReadyProbe,
} from "../model/spec.ts";

const ms = z.number().nonnegative();
const text = z.string();
const texts = z.array(text);
const port = z.number().int().min(1).max(65_535);

const command: z.ZodType<CommandSpec> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("list"), argv: texts.min(1) }),
  z.strictObject({ kind: z.literal("line"), line: text.min(1), shell: texts.min(1) }),
]);

const dependency: z.ZodType<Dependency> = z.strictObject({
  process: text,
  condition: z.enum(["started", "ready", "healthy", "completed", "succeeded"]),
  timeoutMs: ms.nullable(),
  required: z.boolean(),
  restart: z.boolean(),
});

const period = { intervalMs: ms.min(1), timeoutMs: ms.min(1) };

const readyProbe: z.ZodType<ReadyProbe> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("http"), url: text, ...period }),
  z.strictObject({ kind: z.literal("tcp"), address: text, ...period }),
  z.strictObject({ kind: z.literal("exec"), command, ...period }),
  z.strictObject({ kind: z.literal("after"), afterMs: ms }),
]);

const backoff: z.ZodType<BackoffSpec> = z.strictObject({
  initialMs: ms,
  factor: z.number().min(1),
  maxMs: ms,
  jitter: z.number().min(0).max(1),
});

export const processSpecSchema: z.ZodType<ProcessSpec> = z.strictObject({
  name: text,
  command,
  cwd: text,
  env: z.record(text, text.nullable()),
  user: text.nullable(),
  group: text.nullable(),
  umask: z.number().int().min(0).max(0o777).nullable(),
  description: text.nullable(),
  links: texts,
  dependsOn: z.array(dependency),
  instances: z.number().int().min(1),
  port: port.nullable(),
  portChoice: z
    .strictObject({ from: port.nullable(), bump: z.number().int().nonnegative() })
    .nullable(),
  ready: z.array(readyProbe),
  readyWithinMs: ms,
  restart: z.strictObject({
    policy: z.enum(["no", "on-failure", "always"]),
    max: z.number().int().nonnegative(),
    windowMs: ms,
    successCodes: z.array(z.number().int()),
    onGiveUp: z.enum(["fail", "stop-dependents", "stop-project"]),
    backoff,
  }),
  stop: z.strictObject({ signal: text, timeoutMs: ms }),
  log: z.strictObject({
    maxSizeBytes: z.number().int().positive(),
    maxFiles: z.number().int().nonnegative(),
    maxAgeMs: ms.nullable(),
    compress: z.boolean(),
    parse: z.enum(LOG_PARSES).exactOptional(),
    onFull: z.enum(["drop", "block"]),
    file: text.nullable(),
  }),
  groups: texts,
  autostart: z.boolean(),
  disabled: z.boolean(),
  adHoc: z.literal(true).exactOptional(),
});

export const projectSpecSchema: z.ZodType<ProjectSpec> = z.strictObject({
  name: text.min(1),
  directory: text,
  files: texts,
  concurrency: z.number().int().min(1),
  groups: z.record(text, z.strictObject({ members: texts })),
  processes: z.record(text, processSpecSchema),
});
