/** Checked probes as their definition. What is the default is left out, so that definitions stored before there was such
 *  a key stay the same. */

import { resolve } from "node:path";
import type {
  HealthProbe,
  HttpCheck,
  LogCheck,
  ReadyProbe,
  ReadyTry,
  StatusRange,
} from "../../model/probe.ts";
import type { ProbeCheck, ProbePace, ResourceCheck } from "../../model/probe.ts";
import { METRICS } from "../../model/use.ts";
import type { CommandSpec } from "../../model/command.ts";
import type { ProcessSpec } from "../../model/spec.ts";
import type { ProcessValues } from "../schema/process.ts";

type ReadyValues = NonNullable<ProcessValues["ready"]>[number];
type HealthValues = NonNullable<ProcessValues["health"]>[number];

/** Without probes there is nothing to wait for; the field still needs a value. */
const READY_WITHIN_MS = 60_000;

export function probesOf(
  { ready = [], health = [] }: Pick<ProcessValues, "ready" | "health">,
  shell: readonly string[],
  directory: string,
): Pick<ProcessSpec, "ready" | "readyWithinMs" | "health"> {
  return {
    ready: ready.map((probe): ReadyProbe =>
      probe.after === undefined
        ? { ...checkOf(probe, shell, directory), ...paceOf(probe), ...toleranceOf(probe) }
        : { kind: "after", afterMs: probe.after },
    ),
    readyWithinMs: ready.length === 0 ? READY_WITHIN_MS : Math.max(...ready.map((it) => it.within)),
    ...(health.length === 0
      ? {}
      : { health: health.map((probe) => healthProbe(probe, shell, directory)) }),
  };
}

export function commandSpec(
  command: string | readonly string[],
  shell: readonly string[],
): CommandSpec {
  return typeof command === "string"
    ? { kind: "line", line: command, shell }
    : { kind: "list", argv: command };
}

function healthProbe(
  probe: HealthValues,
  shell: readonly string[],
  directory: string,
): HealthProbe {
  const { startPeriod: startPeriodMs, failureThreshold } = probe;
  return { ...checkOf(probe, shell, directory), ...paceOf(probe), startPeriodMs, failureThreshold };
}

function toleranceOf({ failureThreshold }: ReadyValues): Pick<ReadyTry, "failureThreshold"> {
  return failureThreshold === undefined ? {} : { failureThreshold };
}

function paceOf(probe: ReadyValues | HealthValues): ProbePace {
  const { interval, timeout, successThreshold } = probe;
  return {
    intervalMs: interval,
    timeoutMs: timeout,
    ...(successThreshold === 1 ? {} : { successThreshold }),
  };
}

function checkOf(
  probe: ReadyValues | HealthValues,
  shell: readonly string[],
  directory: string,
): ProbeCheck {
  if (probe.http !== undefined) return httpCheck(probe.http, directory);
  if (probe.tcp !== undefined) return { kind: "tcp", address: String(probe.tcp) };
  if (probe.log !== undefined) return logCheck(probe.log);
  if (probe.resource !== undefined) return resourceCheck(probe.resource);
  if (probe.ipc !== undefined) return { kind: "ipc" };
  return { kind: "exec", command: commandSpec(probe.exec ?? [], shell) };
}

function httpCheck(http: NonNullable<ReadyValues["http"]>, directory: string): HttpCheck {
  if (typeof http === "string") return { kind: "http", url: http };
  const { url, method, status, body, headers, tls } = http;
  return {
    kind: "http",
    url,
    ...(method === undefined ? {} : { method: method.toUpperCase() }),
    ...(status === undefined ? {} : { statuses: status.map(rangeOf) }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(tls === undefined
      ? {}
      : {
          tls: {
            ...(tls.ca === undefined ? {} : { ca: resolve(directory, tls.ca) }),
            ...(tls.insecure === true ? { insecure: true } : {}),
          },
        }),
  };
}

function resourceCheck(resource: NonNullable<ReadyValues["resource"]>): ResourceCheck {
  const limits = METRICS.flatMap((metric) => {
    const given = Object.entries(resource[metric] ?? {}).filter(([, value]) => value !== undefined);
    return given.length === 0 ? [] : [[metric, Object.fromEntries(given)] as const];
  });
  return { kind: "resource", ...Object.fromEntries(limits) };
}

function rangeOf(status: number | string): StatusRange {
  const [from = 0, to = from] = String(status).split("-").map(Number);
  return { from, to };
}

function logCheck(log: NonNullable<ReadyValues["log"] | HealthValues["log"]>): LogCheck {
  if (typeof log === "string") return { kind: "log", pattern: log };
  const { pattern, stream } = log;
  const means = "means" in log ? log.means : undefined;
  return {
    kind: "log",
    pattern,
    ...(stream === undefined ? {} : { stream }),
    ...(means === undefined ? {} : { means }),
  };
}
