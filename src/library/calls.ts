/** The methods of `connect()`, one for each operation: how it is called, and what may be left out of its input. It stands
 *  beside the table of operations, because that one needs zod, which takes longer to load than a call takes. */

import type { OperationName, InputOfOperation, StreamName } from "../protocol/operations.ts";

/** `looks`: needs a daemon only where one has something to look after. `waits`: the same, and may take long. `changes`:
 *  starts the daemon. `once`: starts it, and is not asked again of the next one, because it would be done twice. */
export type How = "looks" | "waits" | "changes" | "once" | "streams";

export interface Call<N extends OperationName> {
  readonly operation: N;
  readonly how: How;
  /** What is taken for what is left out. The place and the environment of the caller are those of the connection. */
  readonly omitted: Partial<InputOfOperation<N>>;
}

/** `daemon-status` is called `daemonStatus`. */
type MethodName<N extends string> = N extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<MethodName<Rest>>}`
  : N;

/** Missing operations, and those that there are not, are type errors. */
type Calls = { readonly [N in OperationName as MethodName<N>]: Call<N> };

const HERE = { project: null, directory: ".", exact: false, files: [], found: [] };
const DEFINED_HERE = {
  profiles: [],
  updates: {},
  nameIsExplicit: false,
  targets: null,
  withDependencies: true,
  callerEnv: {},
  updateEnv: false,
};
const ASKER = { asker: process.pid };

export const CALLS = {
  daemonStatus: call("daemon-status", "looks", {}),
  daemonStop: call("daemon-stop", "changes", { leaveRunning: false, timeoutMs: null }),
  daemonRestart: call("daemon-restart", "once", { command: undefined }),
  list: call("list", "looks", { ...HERE, targets: [], all: false }),
  inspect: call("inspect", "looks", { ...HERE, reveal: null }),
  why: call("why", "looks", HERE),
  up: call("up", "changes", {
    ...DEFINED_HERE,
    holder: null,
    again: [],
    until: "spawned",
    timeoutMs: null,
  }),
  run: call("run", "once", {
    ...HERE,
    definition: null,
    nameIsExplicit: false,
    isNamed: true,
    reserved: [],
    callerEnv: {},
    holder: null,
  }),
  apply: call("apply", "changes", { ...DEFINED_HERE, prune: false, dryRun: false }),
  down: call("down", "changes", { ...HERE, withDependents: false, timeoutMs: null }),
  start: call("start", "changes", {
    ...HERE,
    withDependents: false,
    until: "spawned",
    timeoutMs: null,
  }),
  stop: call("stop", "changes", { ...HERE, withDependents: false, timeoutMs: null }),
  restart: call("restart", "once", {
    ...HERE,
    withDependents: false,
    until: "spawned",
    timeoutMs: null,
  }),
  reload: call("reload", "once", { ...HERE, timeoutMs: null }),
  kill: call("kill", "changes", { ...HERE, withDependents: false, timeoutMs: null }),
  reset: call("reset", "changes", HERE),
  signal: call("signal", "once", HERE),
  flush: call("flush", "changes", HERE),
  scale: call("scale", "changes", HERE),
  set: call("set", "changes", HERE),
  create: call("create", "once", { project: null, name: null }),
  listen: call("listen", "changes", { expose: false }),
  known: call("known", "waits", { project: null, directory: "." }),
  wait: call("wait", "waits", { ...HERE, timeoutMs: null }),
  capture: call("capture", "streams", { resumes: false, ended: false }),
  events: call("events", "streams", {
    ...HERE,
    all: false,
    afterSeq: null,
    sinceMs: null,
    types: [],
    follow: true,
    last: null,
  }),
  logs: call("logs", "streams", {
    ...HERE,
    streams: ["stdout", "stderr"],
    lines: null,
    sinceMs: null,
    untilMs: null,
    grep: null,
    ignoreCase: false,
    invert: false,
    level: null,
    context: 0,
    cursor: null,
    follow: false,
  }),
  health: call("health", "looks", { ...HERE, targets: [], all: false }),
  stats: call("stats", "looks", { ...HERE, targets: [], all: false, sinceMs: null }),
  alerts: call("alerts", "looks", { ...HERE, all: false }),
  save: call("save", "changes", { project: null, pins: true }),
  resurrect: call("resurrect", "changes", { project: null, byUnit: false }),
  port: call("port", "changes", { kill: false }),
  orphans: call("orphans", "changes", { ...ASKER, kill: false, pids: null }),
  discover: call("discover", "looks", ASKER),
  adopt: call("adopt", "once", { ...HERE, definition: null }),
  send: call("send", "once", { ...HERE, enter: true }),
  terminal: call("terminal", "looks", HERE),
  resize: call("resize", "changes", {}),
  message: call("message", "once", { ...HERE, replyWithinMs: null }),
} satisfies Calls;

function call<N extends OperationName, O extends Partial<InputOfOperation<N>>>(
  operation: N,
  how: N extends StreamName ? "streams" : Exclude<How, "streams">,
  omitted: O,
) {
  return { operation, how, omitted };
}
