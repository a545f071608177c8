/** The shapes of answers as schemas, by name. Each has all keys of its type: one that is added does not compile until
 *  it is described. */

import type { ActiveAlert } from "../../protocol/alerts.ts";
import type { Explanation } from "../../protocol/explanation.ts";
import type { Degradation, HealthRow, HealthSurvey } from "../../protocol/health.ts";
import type { LogLine } from "../../protocol/logs.ts";
import type { ActionResult, Inspection, WireEvent, WireProblem } from "../../protocol/shapes.ts";
import type { Stats, StatsHistory } from "../../protocol/stats.ts";
import type { Status } from "../../protocol/status.ts";
import type { Stranger } from "../../protocol/strangers.ts";
import type { WireMetric, WireMetricWithHistory } from "../../protocol/told-metrics.ts";
import type { ProblemDocument } from "./problem-document.ts";
import {
  amount,
  anything,
  flag,
  listOf,
  named,
  objectOf,
  orNull,
  text,
  texts,
  time,
  whole,
  type Schema,
} from "./schema.ts";

const state: Schema = { type: "string", description: "`running`, `stopped` …" };
const io = objectOf<Status["io"]>("Since the run began, in bytes.", {
  readBytes: orNull(amount),
  writeBytes: orNull(amount),
});
const net = objectOf<Status["net"]>("TCP.", {
  connections: orNull(whole),
  rxBytes: orNull(amount),
  txBytes: orNull(amount),
});

/** What an instance uses. */
const used = {
  cpuPercent: orNull(amount),
  memoryBytes: orNull(amount),
  fds: orNull(whole),
  threads: orNull(whole),
  io,
  net,
};

const status = objectOf<Status>(
  "An instance of a process. Null where a value is not known.",
  {
    id: { ...text, description: "`shop/api.1`" },
    project: text,
    name: text,
    process: text,
    instance: whole,
    runId: orNull(text),
    state,
    health: text,
    ready: flag,
    reason: orNull(text),
    pid: orNull(whole),
    command: text,
    cwd: text,
    ports: listOf(whole),
    groups: texts,
    startedAt: orNull(time),
    readyAt: orNull(time),
    stoppedAt: orNull(time),
    uptimeMs: orNull(amount),
    restarts: whole,
    exitCode: orNull(whole),
    signal: orNull(text),
    oomKilled: flag,
    nextRunAt: orNull(time),
    ...used,
    logs: objectOf<Status["logs"]>("Its log files.", {
      stdout: text,
      stderr: text,
      droppedBytes: amount,
      captured: flag,
    }),
    adopted: flag,
    ipc: flag,
    since: time,
    degraded: orNull(text),
  },
  ["degraded"],
);

/** A number that a program tells of itself. */
const told = { name: text, value: amount, time };

const problem = objectOf<WireProblem>("What went wrong, as `--json` writes it.", {
  code: text,
  message: text,
  hint: orNull(text),
  details: anything,
});

export interface Server extends Status {
  /** A process that procman does not manage has its port, or is left of an earlier run of it. */
  readonly orphaned: boolean;
  readonly orphanedPid: number | null;
  readonly running: boolean;
}

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  Status: status,
  Server: {
    ...status,
    description: "An instance, with what those who come from that dashboard ask for.",
    properties: {
      ...status.properties,
      running: flag,
      orphaned: flag,
      orphanedPid: orNull(whole),
    },
    required: [...(status.required ?? []), "running", "orphaned", "orphanedPid"],
  },
  ActionResult: objectOf<ActionResult>("What an action has come to, for one instance.", {
    id: text,
    action: text,
    ok: flag,
    changed: flag,
    state: orNull(state),
    pid: orNull(whole),
    error: { anyOf: [named("Error"), { type: "null" }] },
  }),
  Error: problem,
  Problem: objectOf<ProblemDocument>("RFC 9457. `code` is one of the command line's.", {
    type: text,
    title: text,
    status: whole,
    detail: text,
    code: text,
    hint: orNull(text),
    error: named("Error"),
  }),
  Event: objectOf<WireEvent>("Something that has happened.", {
    seq: whole,
    time,
    type: text,
    project: orNull(text),
    process: orNull(text),
    instance: orNull(whole),
    runId: orNull(text),
    data: anything,
  }),
  LogLine: objectOf<LogLine>(
    "A line of output; `line` is null where bytes are missing, `missedBytes` tells how many.",
    {
      time,
      project: text,
      process: text,
      instance: whole,
      runId: orNull(text),
      stream: text,
      line: orNull(text),
      partial: flag,
      level: orNull(text),
      fields: orNull(anything),
      cursor: { ...text, description: "`?cursor=` goes on after this line." },
    },
    ["time", "runId", "partial", "level", "fields", "cursor"],
  ),
  Stats: objectOf<Stats>("What one instance uses, its whole tree; 100 is one core.", {
    id: text,
    project: text,
    name: text,
    process: text,
    instance: whole,
    state,
    pid: orNull(whole),
    uptimeMs: orNull(amount),
    ...used,
    history: orNull(
      objectOf<StatsHistory>("What it has used.", {
        since: orNull(time),
        cpuPercent: orNull(anything),
        memoryBytes: orNull(anything),
        points: listOf(
          objectOf<StatsHistory["points"][number]>("The mean up to the next.", {
            time,
            cpuPercent: orNull(amount),
            memoryBytes: orNull(amount),
          }),
        ),
      }),
    ),
    metrics: listOf(
      objectOf<WireMetricWithHistory>("What the program has told last.", {
        ...told,
        points: orNull(listOf(anything)),
      }),
    ),
  }),
  Inspection: objectOf<Inspection>(
    "Everything about one instance.",
    {
      status: named("Status"),
      config: anything,
      env: orNull(anything),
      envNames: texts,
      events: listOf(named("Event")),
      probes: listOf(anything),
      tree: listOf(anything),
      listening: listOf(whole),
      limits: listOf(anything),
      metrics: listOf(objectOf<WireMetric>("What the program has told last.", told)),
      lastExit: orNull(anything),
      dependsOn: listOf(anything),
      dependents: texts,
      watching: orNull(anything),
      sharing: orNull(anything),
    },
    ["limits", "watching", "sharing"],
  ),
  Explanation: objectOf<Explanation>(
    "Why an instance is in its state.",
    {
      degraded: orNull(text),
      fallback: orNull(anything),
      id: text,
      state,
      health: text,
      since: time,
      reason: text,
      rule: orNull(anything),
      waitingFor: listOf(anything),
      probes: listOf(anything),
      nextRetryAt: orNull(time),
      deadlineAt: orNull(time),
      lastExit: orNull(anything),
      tail: texts,
      watchLimit: orNull(text),
      others: listOf(anything),
    },
    ["degraded", "fallback", "watchLimit"],
  ),
  HealthSurvey: objectOf<HealthSurvey>(
    "Whether all that is meant to be up is ready and well.",
    {
      healthy: flag,
      processes: listOf(
        objectOf<HealthRow>("`ok` is null where it is not meant to be up.", {
          id: text,
          state,
          health: text,
          ready: flag,
          reason: orNull(text),
          since: time,
          ok: orNull(flag),
        }),
      ),
      degraded: listOf(objectOf<Degradation>("Goes on without.", { id: text, reason: text })),
    },
    ["degraded"],
  ),
  Alert: objectOf<ActiveAlert>("What is alerting now.", {
    id: text,
    rule: text,
    project: text,
    process: orNull(text),
    instance: orNull(whole),
    type: text,
    reason: orNull(text),
    since: time,
    firedAt: time,
  }),
  Stranger: objectOf<Stranger>("A process of the system.", {
    pid: whole,
    command: text,
    user: orNull(text),
    cwd: orNull(text),
    ports: listOf(whole),
    since: time,
    ageMs: amount,
    id: orNull(text),
    runId: orNull(text),
    project: orNull(text),
    process: orNull(text),
    endedBy: orNull(text),
  }),
};

export const results: Schema = listOf(named("ActionResult"));
export const statuses: Schema = listOf(named("Status"));
