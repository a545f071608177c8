/** A checked process as its definition: short forms and defaults gone, paths absolute. */

import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { BALANCED_HOST } from "../../model/balance.ts";
import { withUsualBalance } from "../../core/usual-balance.ts";
import type { Dependency, HookSpec, ProcessSpec, RestartSpec, StopSpec } from "../../model/spec.ts";
import { LIMITS, type LimitSpec } from "../../model/confinement.ts";
import { METRICS } from "../../model/use.ts";
import type { ProcessValues } from "../schema/process.ts";
import type { Environment } from "./environment.ts";
import { commandSpec, probesOf } from "./probes.ts";
import { watchOf } from "./watch.ts";
import { restartTimes, scheduleOf } from "./schedule.ts";

/** `dependsOn` and `groups` are completed by the project, which knows the others. */
export function processSpec(
  name: string,
  values: Omit<ProcessValues, "command"> & { readonly command: string | readonly string[] },
  environment: Environment,
  directory: string,
): ProcessSpec {
  const shell = values.shell.length === 1 ? values.shell[0]!.trim().split(/\s+/) : values.shell;
  const cwd = resolve(directory, values.cwd ?? ".");
  const spec: ProcessSpec = {
    name,
    command: commandSpec(values.command, shell),
    cwd,
    env: Object.fromEntries([...environment].map(([key, variable]) => [key, variable.value])),
    user: values.user === undefined ? null : String(values.user),
    group: values.group === undefined ? null : String(values.group),
    umask: values.umask === undefined ? null : Number.parseInt(values.umask, 8),
    description: values.description ?? null,
    links: values.links ?? [],
    dependsOn: dependencies(values.dependsOn),
    instances: values.instances === "max" ? availableParallelism() : values.instances,
    ...portOf(values.port),
    ...balanceOf(values.balance),
    ...probesOf(values, shell, directory),
    ...thresholdsOf(values.thresholds),
    ...watchOf(values.watch, cwd),
    ...limitsOf(values.limits),
    restart: restartSpec(values.restart),
    ...scheduleOf(values.schedule),
    stop: stopSpec(values.stop, shell),
    log: {
      maxSizeBytes: values.log.maxSize,
      maxFiles: values.log.maxFiles,
      maxAgeMs: values.log.maxAge ?? null,
      compress: values.log.compress,
      // Left out when it is the default, so that definitions stored before there was such a key stay the same.
      ...(values.log.parse === undefined || values.log.parse === "auto"
        ? {}
        : { parse: values.log.parse }),
      onFull: values.log.onFull,
      file: values.log.file === undefined ? null : resolve(directory, values.log.file),
      ...(values.log.timestamps === true ? { timestamps: true as const } : {}),
    },
    ...hooksOf(values.hooks, shell),
    groups: values.groups ?? [],
    // Left out when they ask for nothing, as `log.parse`.
    ...(values.pidFile === undefined ? {} : { pidFile: resolve(directory, values.pidFile) }),
    ...(values.ipc === true ? { ipc: true } : {}),
    ...(values.stdin === true ? { stdin: true } : {}),
    ...(values.tty === true ? { tty: true } : {}),
    ...(values.adopt === "match" ? { adopt: values.adopt } : {}),
    ...(values.fallback === undefined ? {} : { fallback: values.fallback }),
    autostart: values.autostart,
    disabled: values.disabled,
  };
  return withUsualBalance(spec, process.platform === "linux");
}

/** Left out when they ask for nothing, as `log.parse`. */
function thresholdsOf(values: ProcessValues["thresholds"]): Pick<ProcessSpec, "thresholds"> {
  const given = METRICS.flatMap((metric) => {
    const { for: forMs = 0, warning, critical } = values?.[metric] ?? {};
    if (warning === undefined && critical === undefined) return [];
    const steps = {
      ...(warning === undefined ? {} : { warning }),
      ...(critical === undefined ? {} : { critical }),
    };
    return [[metric, forMs === 0 ? steps : { ...steps, forMs }] as const];
  });
  return given.length === 0 ? {} : { thresholds: Object.fromEntries(given) };
}

/** Left out when they ask for nothing, as `log.parse`. Also of a group. */
export function limitsOf(values: ProcessValues["limits"]): { readonly limits?: LimitSpec } {
  const given = LIMITS.flatMap((name) => {
    const value = values?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  if (given.length === 0) return {};
  const { enforce = "auto" } = values ?? {};
  const limits = Object.fromEntries(given);
  return { limits: enforce === "auto" ? limits : { ...limits, enforce } };
}

const HOOKS = ["beforeStart", "afterReady", "beforeStop", "afterExit"] as const;

/** Of a hook that is given as its command alone. */
const HOOK_MS = 30_000;

/** Left out when there are none, as `log.parse`. */
function hooksOf(
  values: ProcessValues["hooks"],
  shell: readonly string[],
): Pick<ProcessSpec, "hooks"> {
  const hooks = HOOKS.flatMap((name) => {
    const given = values?.[name];
    if (given === undefined) return [];
    const long = typeof given === "string" ? { command: given, timeout: HOOK_MS } : given;
    const usual = name === "beforeStart" ? "fail" : "ignore";
    const onFailure = "onFailure" in long ? (long.onFailure ?? usual) : usual;
    const hook: HookSpec = {
      command: commandSpec(long.command, shell),
      timeoutMs: long.timeout,
      onFailure,
    };
    return [[name, hook] as const];
  });
  return hooks.length === 0 ? {} : { hooks: Object.fromEntries(hooks) };
}

function dependencies(values: ProcessValues["dependsOn"]): Dependency[] {
  return Object.entries(values ?? {}).map(([process, given]) => ({
    process,
    condition: given.condition,
    timeoutMs: given.timeout ?? null,
    required: given.required,
    restart: given.restart,
  }));
}

function portOf(port: ProcessValues["port"]): Pick<ProcessSpec, "port" | "portChoice"> {
  if (port === undefined) return { port: null, portChoice: null };
  if (port === "auto") return { port: null, portChoice: { from: null, bump: 0 } };
  if (typeof port === "number") return { port, portChoice: null };
  const { number, bump = 0 } = port;
  return bump === 0
    ? { port: number, portChoice: null }
    : { port: null, portChoice: { from: number, bump } };
}

/** Their own ports the daemon chooses. */
function balanceOf(given: ProcessValues["balance"]): Pick<ProcessSpec, "balance"> {
  if (given === undefined) return {};
  const {
    mode = "proxy",
    algorithm = "round-robin",
    host = BALANCED_HOST,
  } = typeof given === "string" ? { mode: given } : given;
  if (mode === "none") return { balance: { mode } };
  if (mode === "reuseport") return { balance: { mode, ports: [] } };
  // What there is not is refused by name.
  return mode === "proxy" ? { balance: { mode, algorithm, host, ports: [] } } : {};
}

/** What asks for nothing is left out, as `log.parse`. */
function stopSpec(
  { signal, timeout, command, ipc }: ProcessValues["stop"],
  shell: readonly string[],
): StopSpec {
  return {
    signal,
    timeoutMs: timeout,
    ...(ipc === true ? { ipc } : {}),
    ...(command === undefined ? {} : { command: commandSpec(command, shell) }),
  };
}

function restartSpec(values: ProcessValues["restart"]): RestartSpec {
  const { backoff } = values;
  return {
    policy: values.policy,
    max: values.max,
    windowMs: values.window,
    successCodes: values.successCodes,
    onGiveUp: values.onGiveUp as RestartSpec["onGiveUp"],
    backoff: {
      initialMs: backoff.initial,
      factor: backoff.factor,
      maxMs: backoff.max,
      jitter: backoff.jitter,
    },
    ...restartTimes(values.cron),
  };
}
