/** The closed list of expected errors: each has a code, and each code an exit status. */

export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  noDaemon: 4,
  timeout: 124,
  notExecutable: 126,
  commandNotFound: 127,
  interrupted: 130,
} as const;

/** The exit status of the command line for each code. */
export const ERROR_EXIT = {
  USAGE: EXIT.usage,
  CONFIG_NOT_FOUND: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  NOT_SUPPORTED_YET: EXIT.usage,
  NO_PROJECT: EXIT.usage,
  PROCESS_NOT_FOUND: EXIT.notFound,
  PROJECT_NOT_FOUND: EXIT.notFound,
  AMBIGUOUS_TARGET: EXIT.usage,
  NAME_TAKEN: EXIT.failed,
  /** A limit that the caller has set, or left as it is, is reached. */
  LIMIT_REACHED: EXIT.failed,
  PORT_TAKEN: EXIT.failed,
  /** The process belongs to a run of procman, so it is not to be dealt with behind its back. */
  MANAGED: EXIT.failed,
  /** The process reads nothing that could be sent to it, or has no terminal to attach to. */
  NO_INPUT: EXIT.failed,
  COMMAND_NOT_FOUND: EXIT.commandNotFound,
  COMMAND_NOT_EXECUTABLE: EXIT.notExecutable,
  COMMAND_FAILED: EXIT.failed,
  START_FAILED: EXIT.failed,
  /** Nothing here can put a limit in force. */
  LIMIT_UNENFORCEABLE: EXIT.failed,
  NOT_RUNNING: EXIT.failed,
  STOP_FAILED: EXIT.failed,
  /** What ran before goes on. */
  RELOAD_FAILED: EXIT.failed,
  CANCELLED: EXIT.failed,
  DAEMON_UNREACHABLE: EXIT.noDaemon,
  DAEMON_START_FAILED: EXIT.noDaemon,
  DAEMON_BUSY: EXIT.failed,
  DAEMON_VERSION: EXIT.failed,
  HOME_UNUSABLE: EXIT.noDaemon,
  REGISTRY_UNUSABLE: EXIT.noDaemon,
  OPERATION_TIMEOUT: EXIT.timeout,
  PERMISSION_DENIED: EXIT.failed,
  INVALID_PARAMETER: EXIT.usage,
  CANNOT_COME_TRUE: EXIT.failed,
  CHANGED_MEANWHILE: EXIT.failed,
  INTERNAL: EXIT.failed,
} as const;

export type ErrorCode = keyof typeof ERROR_EXIT;

/** For what the system says of a start. As shells have it: 127 for what is not found, 126 for what cannot be executed. */
export const SPAWN_ERRORS: Readonly<Record<string, ErrorCode>> = {
  ENOENT: "COMMAND_NOT_FOUND",
  EACCES: "COMMAND_NOT_EXECUTABLE",
  EISDIR: "COMMAND_NOT_EXECUTABLE",
  ENOEXEC: "COMMAND_NOT_EXECUTABLE",
};

/** An expected error as a value: what went wrong and what to do next. */
export interface Problem {
  readonly code: ErrorCode;
  /** "Cannot <do what> <to what>: <state of affairs>", without a full stop. */
  readonly message: string;
  /** The next step, as a sentence; null when there is none to give. */
  readonly hint: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

export function problem(
  code: ErrorCode,
  message: string,
  hint: string | null = null,
  details: Record<string, unknown> = {},
): Problem {
  return { code, message, hint, details };
}

/** A `Problem` on its way up through code that cannot go on; caught where a request or a command ends. */
export class ProcmanError extends Error {
  readonly problem: Problem;

  constructor(of: Problem, options?: ErrorOptions) {
    super(of.message, options);
    this.name = "ProcmanError";
    this.problem = of;
  }

  get code(): ErrorCode {
    return this.problem.code;
  }

  /** The next step, as a sentence; null when there is none to give. */
  get hint(): string | null {
    return this.problem.hint;
  }

  get details(): Problem["details"] {
    return this.problem.details;
  }
}

export function fail(
  code: ErrorCode,
  message: string,
  hint: string | null = null,
  details: Record<string, unknown> = {},
): never {
  throw new ProcmanError(problem(code, message, hint, details));
}

/** Marks what cannot happen: throws, so that tests fail and the daemon logs and drops the one input. */
export function impossible(what: string): never {
  throw new Error(`Impossible: ${what}`);
}
