/** The command of `exec`: runs here, on this terminal, and its end is what counts. */

import { constants } from "node:os";
import { accessSync, closeSync, constants as modes, openSync, statSync } from "node:fs";
import { join } from "node:path";
import { EXIT, fail } from "../model/errors.ts";
import { commandsOfFile, quotedCommands } from "../model/file-as-command.ts";
import type { Interrupt } from "./foreground-interrupt.ts";

export interface ExecCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Its exit code, or 128 + the signal that ended it. What would interrupt this process is the command's. */
export async function runCommand(command: ExecCommand, interrupt: Interrupt): Promise<number> {
  const child = spawn(command);
  const onTerminal = hasTerminal();
  interrupt.handOver((signal) => {
    // The key on the terminal has reached the command too; given twice it would mean more than once.
    if (signal !== "SIGINT" || !onTerminal) child.kill(signal);
  });
  await child.exited;
  interrupt.handOver(null);
  const { signalCode, exitCode } = child;
  if (signalCode === null) return exitCode ?? EXIT.failed;
  return 128 + (typeof signalCode === "number" ? signalCode : constants.signals[signalCode]);
}

function spawn({ argv, cwd, env }: ExecCommand) {
  const program = argv[0] ?? "";
  try {
    return Bun.spawn([...argv], { cwd, env, stdio: ["inherit", "inherit", "inherit"] });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT") {
      const message = `Cannot run ${program}: it is not to be found`;
      return fail("COMMAND_NOT_FOUND", message, hintFor(program, cwd));
    }
    if (code === "EACCES" || code === "ENOEXEC" || code === "EISDIR") {
      const message = `Cannot run ${program}: it cannot be executed (${code})`;
      return fail("COMMAND_NOT_EXECUTABLE", message, hintFor(program, cwd));
    }
    throw error;
  }
}

/** A file of the directory may be meant, which is on no PATH. */
function hintFor(program: string, cwd: string): string | null {
  const path = join(cwd, program);
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const commands = isFile ? commandsOfFile(program, canBeExecuted(path)) : [];
  return commands.length === 0
    ? null
    : `The file of that name is started by ${quotedCommands(commands)}.`;
}

function canBeExecuted(path: string): boolean {
  try {
    accessSync(path, modes.X_OK);
    return true;
  } catch {
    return false; // EACCES: that is the answer.
  }
}

/** There is a terminal whose keys reach the group of this process. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false; // ENXIO: this session has none.
  }
}
