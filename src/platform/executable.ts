/** Whether and what a command line executes, found out before the spawn: `posix_spawn` says ENOENT for a missing
 *  program, a missing directory and a missing interpreter alike. */

import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  statSync,
  type Stats,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { commandsOfFile, quotedCommands } from "../model/file-as-command.ts";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";

/** What the shell takes when there is no PATH. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** The kernel reads so much of a script's first line. Bytes. */
const FIRST_LINE_BYTES = 256;

/** The absolute path of the program, or why it cannot be executed. */
export function findExecutable({ argv, cwd, env }: Launch): string | SpawnError {
  const [command = ""] = argv;
  if (command === "") return failure("ENOENT", "its command is empty");
  return (
    problemWithDirectory(cwd) ??
    (command.includes("/")
      ? examine(resolve(cwd, command), command, cwd)
      : onPath(command, cwd, env["PATH"] ?? DEFAULT_PATH))
  );
}

function problemWithDirectory(cwd: string): SpawnError | null {
  const info = look(cwd);
  if (info === "ENOENT") {
    return failure("ECWD", `its directory ${cwd} does not exist; create it, or correct 'cwd'`);
  }
  if (typeof info === "string")
    return failure("ECWD", `its directory ${cwd} cannot be used: ${info}`);
  if (!info.isDirectory()) return failure("ECWD", `its directory ${cwd} is a file; correct 'cwd'`);
  return canBe(cwd, constants.X_OK)
    ? null
    : failure("ECWD", `its directory ${cwd} may not be entered by this user`);
}

/** The first that can be executed; when there is none but some of that name, what is wrong with the first of them. */
function onPath(command: string, cwd: string, path: string): string | SpawnError {
  let problem: SpawnError | null = null;
  for (const entry of path.split(delimiter)) {
    const found = examine(join(resolve(cwd, entry), command), command, cwd);
    if (typeof found === "string") return found;
    if (found.code !== "ENOENT" || found.message.includes("interpreter")) problem ??= found;
  }
  return problem ?? failure("ENOENT", missing(command, cwd));
}

/** A file of its directory may be meant, which is on no PATH. */
function missing(command: string, cwd: string): string {
  const path = join(cwd, command);
  const info = look(path);
  const isFile = typeof info !== "string" && info.isFile();
  const commands = isFile ? commandsOfFile(command, canBe(path, constants.X_OK)) : [];
  const what = `'${command}' is not to be found on its PATH`;
  return commands.length === 0
    ? `${what}; install it, or give its path`
    : `${what}; the file in ${cwd} is started by ${quotedCommands(commands)}`;
}

function examine(program: string, command: string, cwd: string): string | SpawnError {
  const info = look(program);
  if (info === "ENOENT") return failure("ENOENT", `there is no file '${command}' (${program})`);
  if (typeof info === "string") return failure(info, `'${command}' cannot be reached: ${info}`);
  if (info.isDirectory()) return failure("EISDIR", `'${command}' is a directory`);
  if (!canBe(program, constants.X_OK)) {
    const others = commandsOfFile(command, false);
    const instead = others.length === 0 ? "" : `, ${quotedCommands(others)} does without`;
    const cause = `'${command}' is not executable; 'chmod +x ${program}' makes it so${instead}`;
    return failure("EACCES", cause);
  }
  return problemWithInterpreter(program, command, cwd) ?? program;
}

function problemWithInterpreter(program: string, command: string, cwd: string): SpawnError | null {
  const interpreter = interpreterOf(program);
  if (interpreter === null || typeof look(resolve(cwd, interpreter)) !== "string") return null;
  if (interpreter.endsWith("\r")) {
    return failure("ENOENT", `the first line of '${command}' ends in CR LF; save it with LF alone`);
  }
  const cause = `the interpreter of '${command}', ${interpreter}, does not exist`;
  return failure("ENOENT", `${cause}; install it, or correct its '#!' line`);
}

/** The first word after `#!`; null when the file is no script, or not readable. */
function interpreterOf(program: string): string | null {
  let fd: number;
  try {
    fd = openSync(program, "r");
  } catch {
    return null; // It may be executed without being readable.
  }
  try {
    const head = Buffer.alloc(FIRST_LINE_BYTES);
    const length = readSync(fd, head, 0, head.length, 0);
    return /^#![ \t]*([^ \t\n]+)/.exec(head.toString("latin1", 0, length))?.[1] ?? null;
  } finally {
    closeSync(fd);
  }
}

/** What is there, or the code of the error. */
function look(path: string): Stats | string {
  try {
    // An exception for each entry of PATH would make a spawn a fifth dearer.
    return statSync(path, { throwIfNoEntry: false }) ?? "ENOENT";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
    return code === "ENOTDIR" ? "ENOENT" : code;
  }
}

function canBe(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

export function failure(code: string, cause: string, transient = false): SpawnError {
  return { code, message: `cannot be started: ${cause}`, transient };
}
