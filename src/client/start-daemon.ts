/** Starts the daemon of a home: detached, kept alive by a keeper, with nothing of the caller but its user. */

import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { programPath } from "../programs.ts";
import { KEEPER_SCRIPT } from "./keeper.ts";
import { prepareHome, requireRoom, unwritable } from "./paths.ts";

export function startDaemon(home: string): void {
  prepareHome(home);
  requireRoom(home);
  const log = openLog(join(home, "daemon.log"));
  const shell = ["/bin/sh", "-c", KEEPER_SCRIPT, "procman-keeper"];
  const keeper = Bun.spawn([...shell, ...daemonCommand(home)], {
    cwd: home,
    env: daemonEnvironment(process.env),
    stdio: ["ignore", log, log],
    detached: true,
  });
  keeper.unref();
  closeSync(log);
}

/** The daemon's own command, for whoever keeps it alive. */
export function daemonCommand(home: string): string[] {
  return [...daemonProgram(), "--home", home];
}

/** That of this release. */
export function daemonProgram(): string[] {
  return [process.execPath, "--config=/dev/null", "--no-env-file", programPath("daemon/main")];
}

function openLog(path: string): number {
  try {
    return openSync(path, "a", 0o600);
  } catch (error) {
    return unwritable(path, error);
  }
}

/** The last lines of the daemon's log, for when it does not come up. */
export function daemonLogTail(home: string, lines: number): string {
  try {
    const text = readFileSync(join(home, "daemon.log"), "utf8").trimEnd();
    return text.split("\n").slice(-lines).join("\n");
  } catch {
    return ""; // No log was written yet: there is nothing to show.
  }
}

/** For the daemon's own Bun, whose work is system calls (measured with 100 idle children and with starts of 500 and
 *  2,000). The compiler's second tier, and a first one that is eager, cost megabytes and gain nothing; so do threads
 *  for compiling and collecting. Bun's collector looks every second unless told otherwise; an idle daemon ought to
 *  sleep, and `daemon/idle-memory.ts` collects after each burst. Many readers make many requests at once; Bun's own cap
 *  is 256 (oven-sh/bun#12214). */
export const DAEMON_RUNTIME = {
  BUN_JSC_useDFGJIT: "0",
  BUN_JSC_useConcurrentJIT: "0",
  BUN_JSC_thresholdForJITAfterWarmUp: "3000",
  BUN_JSC_useConcurrentGC: "0",
  BUN_GC_TIMER_INTERVAL: "60000",
  BUN_CONFIG_MAX_HTTP_REQUESTS: "2000",
};

/** What the shell and Bun need to run; children get their own caller's environment, never this. */
function daemonEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = [
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
  ];
  const found = kept.flatMap((name) => {
    const value = env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(found), ...DAEMON_RUNTIME };
}
