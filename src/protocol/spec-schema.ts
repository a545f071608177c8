/** The resolved definition of a project on the wire. */

import { z } from "zod";
import {
  LOG_PARSES,
  type AlertRule,
  OVERLAPS,
  type BackoffSpec,
  type Dependency,
  type HookSpec,
  type ProcessSpec,
  type ProjectSpec,
  type ScheduleSpec,
} from "../model/spec.ts";
import { ALGORITHMS, type BalanceSpec } from "../model/balance.ts";
import type { CronTimes } from "../model/timetable.ts";
import { limits } from "../model/limits.ts";
import type { CommandSpec } from "../model/command.ts";
import type { WatchSpec } from "../model/watch.ts";
import type { GroupLimitSpec, LimitSpec } from "../model/confinement.ts";
import { LOG_MEANINGS, type HealthProbe, type ReadyProbe } from "../model/probe.ts";

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

const count = z.number().int().min(1);
const pace = {
  intervalMs: ms.min(1),
  timeoutMs: ms.min(1),
  successThreshold: count.exactOptional(),
};
const readyPace = { ...pace, failureThreshold: count.exactOptional() };
const healthPace = { ...pace, startPeriodMs: ms, failureThreshold: count };
const status = z.number().int();

const http = {
  kind: z.literal("http"),
  url: text,
  method: text.exactOptional(),
  statuses: z.array(z.strictObject({ from: status, to: status })).exactOptional(),
  headers: z.record(text, text).exactOptional(),
  body: text.exactOptional(),
  tls: z
    .strictObject({ ca: text.exactOptional(), insecure: z.boolean().exactOptional() })
    .exactOptional(),
};
const tcp = { kind: z.literal("tcp"), address: text };
const exec = { kind: z.literal("exec"), command };
const log = {
  kind: z.literal("log"),
  pattern: text,
  stream: z.enum(["stdout", "stderr"]).exactOptional(),
  means: z.enum(LOG_MEANINGS).exactOptional(),
};

const amount = z.number().nonnegative().exactOptional();
const levels = { warning: amount, critical: amount };
const probeLevels = z.strictObject({ ...levels, unhealthy: amount }).exactOptional();
const resource = { kind: z.literal("resource"), memory: probeLevels, cpu: probeLevels };
const threshold = z.strictObject({ ...levels, forMs: ms.exactOptional() }).exactOptional();

const enforce = z.enum(["cgroup", "rlimit", "watch"]).exactOptional();
const groupLimits: z.ZodType<GroupLimitSpec> = z.strictObject({
  memory: amount,
  cpu: amount,
  pids: amount,
  enforce,
});
const processLimits: z.ZodType<LimitSpec> = z.strictObject({
  memory: amount,
  cpu: amount,
  pids: amount,
  openFiles: amount,
  nice: z.number().int().min(-20).max(19).exactOptional(),
  enforce,
});

const ipc = { kind: z.literal("ipc") };

const readyProbe: z.ZodType<ReadyProbe> = z.discriminatedUnion("kind", [
  z.strictObject({ ...http, ...readyPace }),
  z.strictObject({ ...tcp, ...readyPace }),
  z.strictObject({ ...exec, ...readyPace }),
  z.strictObject({ ...log, ...readyPace }),
  z.strictObject({ ...ipc, ...readyPace }),
  z.strictObject({ ...resource, ...readyPace }),
  z.strictObject({ kind: z.literal("after"), afterMs: ms }),
]);

const healthProbe: z.ZodType<HealthProbe> = z.discriminatedUnion("kind", [
  z.strictObject({ ...http, ...healthPace }),
  z.strictObject({ ...tcp, ...healthPace }),
  z.strictObject({ ...exec, ...healthPace }),
  z.strictObject({ ...log, ...healthPace }),
  z.strictObject({ ...resource, ...healthPace }),
  z.strictObject({ ...ipc, ...healthPace }),
]);

const backoff: z.ZodType<BackoffSpec> = z.strictObject({
  initialMs: ms,
  factor: z.number().min(1),
  maxMs: ms,
  jitter: z.number().min(0).max(1),
});

const hook: z.ZodType<HookSpec> = z.strictObject({
  command,
  timeoutMs: ms,
  onFailure: z.enum(["fail", "ignore"]),
});

const watch: z.ZodType<WatchSpec> = z.strictObject({
  paths: texts.min(1),
  include: texts,
  exclude: texts,
  debounceMs: ms,
  action: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("restart") }),
    z.strictObject({ kind: z.literal("reload") }),
    z.strictObject({ kind: z.literal("signal"), signal: text }),
    z.strictObject({ kind: z.literal("exec"), line: text.min(1) }),
  ]),
  cascade: z.literal(true).exactOptional(),
});

const cronTimes: z.ZodType<CronTimes> = z.strictObject({
  kind: z.literal("cron"),
  cron: text.min(1),
  timezone: text.min(1),
});

const schedule: z.ZodType<ScheduleSpec> = z.strictObject({
  times: z.union([
    cronTimes,
    z.strictObject({ kind: z.literal("every"), everyMs: ms.min(limits.shortestPeriodMs) }),
  ]),
  overlap: z.enum(OVERLAPS),
  runOnStart: z.literal(true).exactOptional(),
  catchUp: z.literal(true).exactOptional(),
});

const balance: z.ZodType<BalanceSpec> = z.discriminatedUnion("mode", [
  z.strictObject({ mode: z.literal("none") }),
  z.strictObject({
    mode: z.literal("proxy"),
    algorithm: z.enum(ALGORITHMS),
    host: text.min(1),
    ports: z.array(port),
    isDefault: z.literal(true).exactOptional(),
  }),
  z.strictObject({
    mode: z.literal("reuseport"),
    ports: z.array(port),
    isDefault: z.literal(true).exactOptional(),
  }),
]);

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
  balance: balance.exactOptional(),
  ready: z.array(readyProbe),
  readyWithinMs: ms,
  health: z.array(healthProbe).exactOptional(),
  thresholds: z.strictObject({ memory: threshold, cpu: threshold }).exactOptional(),
  watch: watch.exactOptional(),
  limits: processLimits.exactOptional(),
  restart: z.strictObject({
    policy: z.enum(["no", "on-failure", "always"]),
    max: z.number().int().nonnegative(),
    windowMs: ms,
    successCodes: z.array(z.number().int()),
    onGiveUp: z.union([
      z.enum(["fail", "stop-dependents", "stop-project"]),
      z.templateLiteral(["exec:", text.min(1)]),
    ]),
    backoff,
    cron: cronTimes.exactOptional(),
  }),
  schedule: schedule.exactOptional(),
  stop: z.strictObject({
    signal: text,
    timeoutMs: ms,
    ipc: z.literal(true).exactOptional(),
    command: command.exactOptional(),
  }),
  log: z.strictObject({
    maxSizeBytes: z.number().int().positive(),
    maxFiles: z.number().int().nonnegative(),
    maxAgeMs: ms.nullable(),
    compress: z.union([z.boolean(), z.literal("gzip")]),
    parse: z.enum(LOG_PARSES).exactOptional(),
    onFull: z.enum(["drop", "block"]),
    file: text.nullable(),
    timestamps: z.literal(true).exactOptional(),
  }),
  hooks: z
    .strictObject({
      beforeStart: hook.exactOptional(),
      afterReady: hook.exactOptional(),
      beforeStop: hook.exactOptional(),
      afterExit: hook.exactOptional(),
    })
    .exactOptional(),
  groups: texts,
  pidFile: text.exactOptional(),
  ipc: z.literal(true).exactOptional(),
  stdin: z.literal(true).exactOptional(),
  tty: z.literal(true).exactOptional(),
  adopt: z.literal("match").exactOptional(),
  fallback: text.exactOptional(),
  autostart: z.boolean(),
  disabled: z.boolean(),
  adHoc: z.literal(true).exactOptional(),
});

const alertRule: z.ZodType<AlertRule> = z.strictObject({
  on: texts.min(1),
  processes: texts.nullable(),
  forMs: ms,
  cooldownMs: ms,
  exec: command.nullable(),
  webhook: z.strictObject({ url: text, secret: text.nullable() }).nullable(),
  timeoutMs: ms.min(1),
});

export const projectSpecSchema: z.ZodType<ProjectSpec> = z.strictObject({
  name: text.min(1),
  directory: text,
  files: texts,
  concurrency: z.number().int().min(1),
  profileNames: texts.exactOptional(),
  groups: z.record(
    text,
    z.strictObject({
      members: texts,
      strategy: z.enum(["one-for-all", "rest-for-one"]).exactOptional(),
      limits: groupLimits.exactOptional(),
    }),
  ),
  processes: z.record(text, processSpecSchema),
  alerts: z.array(alertRule).exactOptional(),
});
