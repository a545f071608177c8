/** Starting processes: each leads a session and a group of its own, has pipes as output and nothing as input, and gets
 *  exactly the environment that it was given. */

import { mkdirSync } from "node:fs";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import type { ObservedExit, SpawnOutcome, SpawnRequest } from "../supervisor/ports.ts";
import { failure, findExecutable } from "./executable.ts";
import { identityOf } from "./identity.ts";
import { lookUpUser } from "./users.ts";

/** Shortages that pass by themselves. */
const TRANSIENT = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM"]);

export function spawn({ launch, output, onExit }: SpawnRequest): SpawnOutcome {
  const command = commandOf(launch);
  if ("code" in command) return { ok: false, error: command };
  try {
    const dataDirectory = launch.env["PROCMAN_DATA_DIR"];
    if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true });
    const { argv, argv0, ...ids } = command;
    const child = Bun.spawn(argv, {
      argv0,
      ...ids,
      cwd: launch.cwd,
      env: { ...launch.env },
      stdio: ["ignore", output.stdoutFd, output.stderrFd],
      detached: true,
      onExit: (_, code, signal) => onExit(observed(code, signal)),
    });
    const identity = identityOf(child.pid);
    return { ok: true, identity: identity ?? { pid: child.pid, startTicks: "gone" } };
  } catch (error) {
    return { ok: false, error: asSpawnError(error, launch) };
  }
}

interface SpawnCommand {
  readonly argv: string[];
  readonly argv0: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** The program by its path, under the name that it was called by. */
function commandOf(launch: Launch): SpawnCommand | SpawnError {
  const program = findExecutable(launch);
  if (typeof program !== "string") return program;
  const [name = program, ...args] = launch.argv;
  const masked =
    launch.umask === null
      ? null
      : ["/bin/sh", "-c", `umask ${launch.umask.toString(8)}; exec "$@"`, "sh"];
  const argv = masked === null ? [program, ...args] : [...masked, program, ...args];
  const argv0 = masked === null ? name : "sh";
  if (launch.user === null && launch.group === null) return { argv, argv0 };
  const ids = lookUpUser(launch.user, launch.group);
  if (ids !== null) return { argv, argv0, ...ids };
  const wanted = [launch.user, launch.group].filter((it) => it !== null).join(":");
  return failure("EUSER", `there is no user or group '${wanted}'`);
}

function observed(code: number | null, signal: NodeJS.Signals | number | null): ObservedExit {
  const isSignal = signal !== null;
  return {
    code: isSignal ? null : code,
    signal: isSignal ? String(signal) : null,
    oomKilled: false,
    known: isSignal || code !== null,
  };
}

function asSpawnError(error: unknown, { argv }: Launch): SpawnError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
  const cause = error instanceof Error ? error.message : String(error);
  const causes: Readonly<Record<string, string>> = {
    ENOEXEC: `'${argv[0]}' is no program and has no '#!' line`,
    E2BIG: "its arguments and environment are too long for the system",
    EPERM: "this user may not become that user or group",
    EAGAIN: "the system or the user has no room for another process",
    EMFILE: "the daemon has no descriptor left",
    ENFILE: "the system has no descriptor left",
    ENOMEM: "memory is short",
  };
  return failure(code, causes[code] ?? cause, TRANSIENT.has(code));
}
