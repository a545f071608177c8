/** Starting processes: each leads a session and a group of its own, and gets exactly the environment that it was given
 *  and as input what its definition says.
 *
 *  The soft limit of open files is not restored: Bun raises its own to the hard limit, the command that started the
 *  daemon is a Bun already, so what it was before is not known any more. */

import { fchownSync, mkdirSync } from "node:fs";
import {
  type Confinement,
  folderOf,
  isHeldBy,
  isHeldByGroup,
  type Limit,
} from "../model/confinement.ts";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity, SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import type { ObservedExit, SpawnOutcome, SpawnRequest } from "../supervisor/ports.ts";
import { programPath } from "../programs.ts";
import { withPreload } from "./bun-preload.ts";
import type { Cgroups } from "./cgroups.ts";
import { failure, findExecutable } from "./executable.ts";
import { identityOf } from "./identity.ts";
import type { ChildInput } from "./child-input.ts";
import { isShortOfFiles } from "./limits-of.ts";
import { rlimitProblem, setNice, underRlimits } from "./process-limits.ts";
import { signalName } from "./signals.ts";
import { lookUpAccount, type Account } from "./users.ts";

/** Shortages that pass by themselves. */
const TRANSIENT: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"]);

const CAUSES: Readonly<Record<string, string>> = {
  EACCES: "the user that it is to run as may not execute it",
  ENOEXEC: "it is no program and has no '#!' line; add one, or name its interpreter",
  E2BIG: "its arguments and environment are too long for the system",
  EPERM: "only root may start processes as another user or group",
  EAGAIN: "the system or the user has no room for another process",
  EMFILE: "the daemon has no descriptor left; raise its limit of open files",
  ENFILE: "the system has no descriptor left",
  ENOMEM: "memory is short",
  ERR_INVALID_ARG_VALUE: "an argument or a variable holds a null byte",
};

/** Stands where the start cannot be known: no process has it, so nothing is ever taken for that one. */
const UNKNOWN_START = "unknown";

/** The standard descriptors of a child, as far as they are not /dev/null. */
export interface ChildEnds extends Pick<ChildInput, "terminal"> {
  /** A blob is all that it can read. */
  readonly stdinFd: ChildInput["stdinFd"] | Blob;
  readonly stdoutFd: number | "ignore" | "pipe";
  readonly stderrFd: number | "ignore" | "pipe";
  /** It gets a channel for messages. Absent: it does not. */
  readonly channel?: true;
}

/** The channel that Bun and Node know: a socket whose descriptor is in the environment. It is not Bun's own (`ipc`),
 *  which takes in all that a child says, however much. */
const CHANNEL_FD = 3;
const CHANNEL_VARIABLES = {
  NODE_CHANNEL_FD: String(CHANNEL_FD),
  NODE_CHANNEL_SERIALIZATION_MODE: "json",
} as const;

/** One that leads a session and has no terminal gets the first that it opens as its own. */
const ON_TERMINAL = 'exec 0<>"$0" 1>&0 2>&0; exec "$@"';

export type StartedChild =
  | { readonly ok: true; readonly child: Bun.Subprocess }
  | { readonly ok: false; readonly error: SpawnError };

/** Why nothing more should be started now; null when it may. */
export function shortage(): SpawnError | null {
  return isShortOfFiles() ? failure("EMFILE", CAUSES["EMFILE"] ?? "", true) : null;
}

export function spawn(
  request: SpawnRequest,
  { stdinFd, terminal }: ChildInput,
  cgroups: Cgroups | null,
): SpawnOutcome {
  const { runId, launch, onExit, onChannel } = request;
  const { stdoutFd, stderrFd } = request.output;
  const channel = launch.channel === true ? { channel: true as const } : {};
  const ends: ChildEnds = { stdinFd, terminal, stdoutFd, stderrFd, ...channel };
  const { confinement } = launch;
  const group = cgroups?.create(runId, folderOf(confinement)) ?? null;
  const unheld = rlimitProblem(launch) ?? groupProblem(runId, confinement, cgroups);
  if (unheld !== null) {
    cgroups?.remove(runId);
    return { ok: false, error: unheld };
  }
  let started = startChild(launch, ends, onExit, group);
  if (!started.ok && group !== null) {
    const isTransient = started.error.transient;
    cgroups?.remove(runId);
    if (isHeldByGroup(confinement)) return started;
    started = startChild(launch, ends, onExit, null);
    if (started.ok && !isTransient) cgroups?.giveUp();
  }
  if (!started.ok) return started;
  const { pid, stdio } = started.child;
  try {
    setNice(pid, confinement?.own ?? []);
  } catch (error) {
    started.child.kill("SIGKILL");
    return { ok: false, error: failure("ELIMIT", `limits.nice: ${causeOf(error)}`) };
  }
  const channelFd: unknown = stdio[CHANNEL_FD];
  if (typeof channelFd === "number") onChannel(channelFd);
  // Bun reaps no sooner than in the next turn, so that a child that has ended already is still there as a zombie.
  return { ok: true, identify: () => bornIdentity(pid) };
}

/** Why its control group does not hold it to its limits; null when it does, or need not. */
function groupProblem(
  runId: RunId,
  confinement: Confinement | undefined,
  cgroups: Cgroups | null,
): SpawnError | null {
  if (confinement === undefined || !isHeldByGroup(confinement)) return null;
  try {
    if (cgroups === null) return failure("ELIMIT", "limits: no control groups can be made here");
    cgroups.hold(runId, confinement);
    return null;
  } catch (error) {
    return failure("ELIMIT", `limits: ${causeOf(error)}`);
  }
}

function causeOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Of a child that was started in this turn of the loop. */
export function bornIdentity(pid: number): ProcessIdentity {
  try {
    return identityOf(pid) ?? { pid, startTicks: UNKNOWN_START };
  } catch {
    return { pid, startTicks: UNKNOWN_START }; // No descriptor was left to look with.
  }
}

/** Never throws. `cgroup` is the directory of the control group that the child is born in. */
export function startChild(
  launch: Launch,
  { stdinFd, terminal, stdoutFd, stderrFd, channel }: ChildEnds,
  onExit: (exit: ObservedExit) => void,
  cgroup: string | null,
): StartedChild {
  const command = commandOf(launch, terminal);
  if ("code" in command) return { ok: false, error: command };
  const daemonUmask = launch.umask === null ? null : process.umask();
  try {
    const dataDirectory = launch.env["PROCMAN_DATA_DIR"];
    if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
    // The child inherits the umask. A shell that sets it would cost an exec, and hide what cannot be executed.
    if (launch.umask !== null) process.umask(launch.umask);
    const { argv, owner, ...options } = command;
    for (const fd of [stdinFd, stdoutFd, stderrFd]) {
      // Else it may not open its own /dev/stdout. Nobody else comes near the pipes: they are in the daemon's home.
      if (owner !== undefined && typeof fd === "number") fchownSync(fd, owner, -1);
    }
    const child = Bun.spawn(argv, {
      ...options,
      ...(cgroup === null ? {} : { cgroup }),
      cwd: launch.cwd,
      env: { ...launch.env, ...(channel === true ? CHANNEL_VARIABLES : {}), ...agentOf(launch) },
      stdio: [stdinFd, stdoutFd, stderrFd, ...(channel === true ? ["socket-fd" as const] : [])],
      detached: true,
      onExit: (_, code, signal) => onExit(observed(code, signal)),
    });
    return { ok: true, child };
  } catch (error) {
    return { ok: false, error: asSpawnError(error) };
  } finally {
    if (daemonUmask !== null) process.umask(daemonUmask);
  }
}

/** What Bun programs load first that listen on a port beside others. Options of its own a program keeps. */
function agentOf({ reusedPort, env }: Launch): Readonly<Record<string, string>> {
  if (reusedPort === undefined) return {};
  return { BUN_OPTIONS: withPreload(env["BUN_OPTIONS"], programPath("balancer/agent")) };
}

interface SpawnCommand {
  readonly argv: string[];
  readonly argv0?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Whom its pipes are given to. */
  readonly owner?: number;
}

function commandOf(launch: Launch, terminal: string | null): SpawnCommand | SpawnError {
  const direct = directCommandOf(launch);
  if ("code" in direct) return direct;
  const command = limited(direct, launch.confinement?.own ?? []);
  if (terminal === null) return command;
  const { argv0: _, argv, ...account } = command;
  return { ...account, argv: ["/bin/sh", "-c", ON_TERMINAL, terminal, ...argv] };
}

function limited(command: SpawnCommand, limits: readonly Limit[]): SpawnCommand {
  if (!isHeldBy(limits, "rlimit")) return command;
  const { argv0: _, argv, ...account } = command;
  return { ...account, argv: underRlimits(argv, limits) };
}

/** The program by its path, under the name that it was called by. */
function directCommandOf(launch: Launch): SpawnCommand | SpawnError {
  const program = findExecutable(launch);
  if (typeof program !== "string") return program;
  const [name = program, ...args] = launch.argv;
  const argv = [program, ...args];
  const { user, group } = launch;
  if (user === null && group === null) return { argv, argv0: name };
  const account = lookUpAccount(user, group);
  if (account !== null) return asAccount(argv, name, account);
  // `group` on its own is easily taken for a group of the project.
  if (user === null)
    return failure("EUSER", `this system has no group '${group}'; those of a project are 'groups'`);
  const wanted = [user, group].filter((it) => it !== null).join(":");
  return failure("EUSER", `there is no user or group '${wanted}'`);
}

/** Bun sets uid and gid and takes all other groups away; `setpriv` of util-linux can give a user its own. */
function asAccount(argv: string[], argv0: string, account: Account): SpawnCommand | SpawnError {
  const { uid, gid, supplementary } = account;
  if (process.getuid?.() !== 0) {
    const isOwn = uid === process.getuid?.() && gid === process.getgid?.();
    return isOwn ? { argv, argv0 } : failure("EPERM", CAUSES["EPERM"] ?? "");
  }
  const setpriv = supplementary.length === 0 ? null : Bun.which("setpriv");
  if (setpriv === null) return { argv, argv0, uid, gid, owner: uid };
  const groups = `--groups=${supplementary.join()}`;
  return { argv: [setpriv, `--reuid=${uid}`, `--regid=${gid}`, groups, "--", ...argv], owner: uid };
}

/** Bun gives names of signals, and the numbers of those that have none. */
function observed(code: number | null, signal: string | number | null): ObservedExit {
  const name = typeof signal === "number" ? signalName(signal) : signal;
  const known = name !== null || code !== null;
  return { code: name === null ? code : null, signal: name, oomKilled: false, known };
}

function asSpawnError(error: unknown): SpawnError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
  const cause = error instanceof Error ? error.message : String(error);
  return failure(code, CAUSES[code] ?? cause, TRANSIENT.has(code));
}
