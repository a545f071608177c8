/** The command of `exec`: runs here, on this terminal, and its end is what counts. */

import { constants } from "node:os";
import { openSync, closeSync } from "node:fs";
import { fail } from "../model/errors.ts";

export interface ExecCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What ends this process while the command runs: the command has it too, and ends in its own way. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Its exit code, or 128 + the signal that ended it. */
export async function runCommand(command: ExecCommand): Promise<number> {
  const child = spawn(command);
  const onTerminal = hasTerminal();
  const handlers = SIGNALS.map((signal) => {
    // A key on the terminal has signalled the whole group; given twice it would mean more than once.
    const isShared = onTerminal && (signal === "SIGINT" || signal === "SIGQUIT");
    const pass = (): void => {
      if (!isShared) child.kill(signal);
    };
    process.on(signal, pass);
    return [signal, pass] as const;
  });
  try {
    await child.exited;
  } finally {
    for (const [signal, pass] of handlers) process.off(signal, pass);
  }
  const { signalCode, exitCode } = child;
  return signalCode === null ? (exitCode ?? 1) : 128 + (constants.signals[signalCode] ?? 0);
}

function spawn({ argv, cwd, env }: ExecCommand): Bun.Subprocess {
  const program = argv[0] ?? "";
  try {
    return Bun.spawn([...argv], { cwd, env, stdio: ["inherit", "inherit", "inherit"] });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT") {
      return fail("COMMAND_NOT_FOUND", `Cannot run ${program}: it is not to be found`);
    }
    if (code === "EACCES" || code === "ENOEXEC" || code === "EISDIR") {
      return fail("COMMAND_NOT_EXECUTABLE", `Cannot run ${program}: it cannot be executed (${code})`);
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
