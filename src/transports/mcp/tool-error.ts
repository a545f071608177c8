/** Errors of procman as those of tools: fewer codes, and the text is a document.
 *
 *  It is in the text and not in `structuredContent`: clients check that against the tool's output schema, and turn an
 *  error that does not fit into another that nobody understands. */

import { ProcmanError, problem, type ErrorCode, type Problem } from "../../model/errors.ts";
import type { ToolErrorCode } from "../../protocol/mcp/tools.ts";

export interface ToolErrorDocument {
  readonly error: {
    readonly code: ToolErrorCode;
    readonly message: string;
    readonly hint: string;
    /** The code that the command line has for it. */
    readonly cause: ErrorCode;
    readonly last_output?: readonly string[];
  };
}

export function toolError(thrown: unknown): ToolErrorDocument {
  const { code, message, hint, details } = problemOf(thrown);
  const tail = details["lastOutput"];
  const output = Array.isArray(tail) && tail.length > 0 ? { last_output: tail as string[] } : {};
  const own = CODES[code] ?? "COMMAND_FAILED"; // A newer daemon has codes that this release does not know.
  const next = hint === null || IS_TYPED.test(hint) ? (BETTER_HINTS[code] ?? HINTS[own]) : hint;
  return { error: { code: own, message, hint: next, cause: code, ...output } };
}

function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProcmanError) return thrown.problem;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return problem("INTERNAL", message, "This is a bug in procman.");
}

const CODES: Readonly<Record<ErrorCode, ToolErrorCode>> = {
  PROCESS_NOT_FOUND: "PROCESS_NOT_FOUND",
  PROJECT_NOT_FOUND: "PROCESS_NOT_FOUND",
  NO_PROJECT: "PROCESS_NOT_FOUND",
  OPERATION_TIMEOUT: "OPERATION_TIMEOUT",
  PERMISSION_DENIED: "PERMISSION_DENIED",
  MANAGED: "PERMISSION_DENIED",
  INVALID_PARAMETER: "INVALID_PARAMETER",
  USAGE: "INVALID_PARAMETER",
  AMBIGUOUS_TARGET: "INVALID_PARAMETER",
  NAME_TAKEN: "INVALID_PARAMETER",
  CONFIG_NOT_FOUND: "INVALID_PARAMETER",
  CONFIG_INVALID: "INVALID_PARAMETER",
  NOT_SUPPORTED_YET: "INVALID_PARAMETER",
  PORT_TAKEN: "COMMAND_FAILED",
  NO_INPUT: "COMMAND_FAILED",
  COMMAND_NOT_FOUND: "COMMAND_FAILED",
  COMMAND_NOT_EXECUTABLE: "COMMAND_FAILED",
  COMMAND_FAILED: "COMMAND_FAILED",
  START_FAILED: "COMMAND_FAILED",
  NOT_RUNNING: "COMMAND_FAILED",
  STOP_FAILED: "COMMAND_FAILED",
  RELOAD_FAILED: "COMMAND_FAILED",
  CANCELLED: "COMMAND_FAILED",
  DAEMON_UNREACHABLE: "COMMAND_FAILED",
  DAEMON_START_FAILED: "COMMAND_FAILED",
  DAEMON_BUSY: "COMMAND_FAILED",
  DAEMON_VERSION: "COMMAND_FAILED",
  HOME_UNUSABLE: "PERMISSION_DENIED",
  REGISTRY_UNUSABLE: "COMMAND_FAILED",
  CANNOT_COME_TRUE: "COMMAND_FAILED",
  CHANGED_MEANWHILE: "COMMAND_FAILED",
  LIMIT_REACHED: "COMMAND_FAILED",
  LIMIT_UNENFORCEABLE: "COMMAND_FAILED",
  INTERNAL: "COMMAND_FAILED",
};

/** Tells what to type, which is of no use to who has tools. */
const IS_TYPED = /'procman |--[a-z]|with -p\b/;

const BETTER_HINTS: Readonly<Partial<Record<ErrorCode, string>>> = {
  NAME_TAKEN: "Choose another `name`, or leave out `command` to start the one that has it.",
  DAEMON_UNREACHABLE: "It is started again; list_processes shows what has become of it.",
};

/** The next step, where nothing better is known. */
const HINTS: Readonly<Record<ToolErrorCode, string>> = {
  PROCESS_NOT_FOUND:
    "list_processes shows what there is; start_process with its name starts what is configured.",
  COMMAND_FAILED: "get_process_status says why, get_process_output what it has written.",
  OPERATION_TIMEOUT: "What was begun goes on; wait_for_process waits longer.",
  PERMISSION_DENIED: "It belongs to another user, or may not be changed from here.",
  INVALID_PARAMETER: "The schema of the tool says what it takes.",
};
