/** The command of `exec`: runs here, on this terminal, and its end is what counts. */

import { constants } from "node:os";
import { closeSync, openSync } from "node:fs";
import { EXIT, fail } from "../model/errors.ts";
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
      return fail("COMMAND_NOT_FOUND", `Cannot run ${program}: it is not to be found`);
    }
    if (code === "EACCES" || code === "ENOEXEC" || code === "EISDIR") {
      return fail(
        "COMMAND_NOT_EXECUTABLE",
        `Cannot run ${program}: it cannot be executed (${code})`,
      );
    }
    throw error;
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
