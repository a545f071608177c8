/** What a process asks for beyond the defaults, so that an exporter can tell what its format cannot say of it. */

import type { ProcessSpec } from "../../model/spec.ts";
import { processKeys } from "../schema/process.ts";

const { restart: RESTART, stop: STOP, log: LOG } = processKeys.parse({});

/** By the name of the key; true where the process asks for something. */
const ASKED = {
  "dependsOn.timeout": ({ dependsOn }) => dependsOn.some(({ timeoutMs }) => timeoutMs !== null),
  "dependsOn.required": ({ dependsOn }) => dependsOn.some(({ required }) => !required),
  "dependsOn.restart": ({ dependsOn }) => dependsOn.some(({ restart }) => restart),
  dependsOn: ({ dependsOn }) => dependsOn.length > 0,
  ready: ({ ready }) => ready.length > 0,
  "ready.log": ({ ready }) => ready.some(({ kind }) => kind === "log"),
  "ready.resource": ({ ready }) => ready.some(({ kind }) => kind === "resource"),
  "ready.ipc": ({ ready }) => ready.some(({ kind }) => kind === "ipc"),
  "ready.http.status": ({ ready }) =>
    ready.some((probe) => probe.kind === "http" && probe.statuses !== undefined),
  "ready.http.body": ({ ready }) =>
    ready.some((probe) => probe.kind === "http" && probe.body !== undefined),
  health: ({ health = [] }) => health.length > 0,
  thresholds: ({ thresholds }) => thresholds !== undefined,
  watch: ({ watch }) => watch !== undefined,
  "watch.action": ({ watch }) => watch !== undefined && watch.action.kind !== "restart",
  "watch.include": ({ watch }) => watch !== undefined && watch.include.length > 0,
  "watch.cascade": ({ watch }) => watch?.cascade === true,
  "limits.memory": ({ limits }) => limits?.memory !== undefined,
  "limits.cpu": ({ limits }) => limits?.cpu !== undefined,
  "limits.pids": ({ limits }) => limits?.pids !== undefined,
  "limits.openFiles": ({ limits }) => limits?.openFiles !== undefined,
  "limits.nice": ({ limits }) => limits?.nice !== undefined,
  "restart.policy": ({ restart }) => restart.policy !== RESTART.policy,
  "restart.max": ({ restart }) => restart.max !== RESTART.max,
  "restart.window": ({ restart }) => restart.windowMs !== RESTART.window,
  "restart.successCodes": ({ restart }) =>
    restart.successCodes.join() !== RESTART.successCodes.join(),
  "restart.onGiveUp": ({ restart }) => restart.onGiveUp !== RESTART.onGiveUp,
  "restart.backoff": ({ restart: { backoff } }) =>
    backoff.initialMs !== RESTART.backoff.initial ||
    backoff.factor !== RESTART.backoff.factor ||
    backoff.maxMs !== RESTART.backoff.max,
  "restart.cron": ({ restart }) => restart.cron !== undefined,
  schedule: ({ schedule }) => schedule !== undefined,
  "schedule.overlap": ({ schedule }) => schedule?.overlap === "replace",
  "schedule.catchUp": ({ schedule }) => schedule?.catchUp === true,
  "stop.signal": ({ stop }) => stop.signal !== STOP.signal,
  "stop.timeout": ({ stop }) => stop.timeoutMs !== STOP.timeout,
  "stop.ipc": ({ stop }) => stop.ipc === true,
  "stop.command": ({ stop }) => stop.command !== undefined,
  log: ({ log }) =>
    log.maxSizeBytes !== LOG.maxSize ||
    log.maxFiles !== LOG.maxFiles ||
    log.maxAgeMs !== null ||
    log.compress !== LOG.compress,
  user: ({ user }) => user !== null,
  group: ({ group }) => group !== null,
  umask: ({ umask }) => umask !== null,
  groups: ({ groups }) => groups.length > 0,
  links: ({ links }) => links.length > 0,
  hooks: ({ hooks }) => hooks !== undefined,
  pidFile: ({ pidFile }) => pidFile !== undefined,
  adopt: ({ adopt }) => adopt !== undefined,
  fallback: ({ fallback }) => fallback !== undefined,
  ipc: ({ ipc }) => ipc === true,
  stdin: ({ stdin }) => stdin === true,
  tty: ({ tty }) => tty === true,
  autostart: ({ autostart }) => !autostart,
  "env: null": ({ env }) => Object.values(env).includes(null),
} as const satisfies Readonly<Record<string, (process: ProcessSpec) => boolean>>;

export type Asked = keyof typeof ASKED;

/** One sentence for each process of which something is left unsaid. `said` is what the format can say. */
export function unsaidOf(
  processes: Iterable<ProcessSpec>,
  format: string,
  said: readonly Asked[],
): string[] {
  const asked = Object.entries(ASKED).filter(([key]) => !said.includes(key as Asked));
  return [...new Set(processes)].flatMap((process) => {
    const keys = asked.filter(([, asks]) => asks(process)).map(([key]) => `\`${key}\``);
    return keys.length === 0
      ? []
      : [`of "${process.name}", ${keys.join(", ")} cannot be said in ${format}`];
  });
}
