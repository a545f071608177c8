/** Whether and what a command line executes, found out before the spawn: `posix_spawn` says ENOENT for a missing
 *  program, a missing directory and a missing interpreter alike. */

import { accessSync, closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, resolve } from "node:path";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";

/** The absolute path of the program, or why it cannot be executed. */
export function findExecutable({ argv, cwd, env }: Launch): string | SpawnError {
  const directory = statSync(cwd, { throwIfNoEntry: false });
  if (directory === undefined) {
    return failure("ECWD", `its directory ${cwd} does not exist`);
  }
  if (!directory.isDirectory()) return failure("ECWD", `${cwd}, its directory, is a file`);
  const [command = ""] = argv;
  const program = command.includes("/") ? resolve(cwd, command) : onPath(command, cwd, env["PATH"]);
  if (program === null) {
    return failure(
      "ENOENT",
      `'${command}' is not to be found on its PATH; install it, or give its path`,
    );
  }
  return problemWith(program, command) ?? program;
}

function onPath(
  command: string,
  cwd: string,
  path = "/usr/local/bin:/usr/bin:/bin",
): string | null {
  for (const entry of path.split(delimiter)) {
    const candidate = join(isAbsolute(entry) ? entry : resolve(cwd, entry), command);
    if (command !== "" && problemWith(candidate, command) === null) return candidate;
  }
  return null;
}

function problemWith(program: string, command: string): SpawnError | null {
  const info = statSync(program, { throwIfNoEntry: false });
  if (info === undefined) return failure("ENOENT", `there is no file '${command}'`);
  if (info.isDirectory()) return failure("EISDIR", `'${command}' is a directory`);
  try {
    accessSync(program, constants.X_OK);
  } catch {
    return failure("EACCES", `'${command}' is not executable; 'chmod +x ${program}' makes it so`);
  }
  const interpreter = interpreterOf(program);
  if (interpreter === null || statSync(interpreter, { throwIfNoEntry: false }) !== undefined) {
    return null;
  }
  return failure("ENOENT", `the interpreter of '${command}', ${interpreter}, does not exist`);
}

/** The first word after `#!`; null when the file is no script, or not readable. */
function interpreterOf(program: string): string | null {
  try {
    const fd = openSync(program, "r");
    const head = Buffer.alloc(256);
    const length = readSync(fd, head, 0, head.length, 0);
    closeSync(fd);
    const match = /^#!\s*(\S+)/.exec(head.toString("latin1", 0, length));
    return match?.[1] ?? null;
  } catch {
    return null; // May be executed without being readable.
  }
}

export function failure(code: string, cause: string, transient = false): SpawnError {
  return { code, message: `cannot be started: ${cause}`, transient };
}
