/** Errors as problem documents (RFC 9457): the codes are those of the command line, and each has one status. */

import type { ErrorCode, Problem } from "../../model/errors.ts";
import { errorDocument } from "../../protocol/shapes.ts";
import { VERSION_HEADER, versionHeader } from "../../protocol/version.ts";
import { Refusal } from "./refusal.ts";
import { ProcmanError } from "../../model/errors.ts";

export const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE: 400,
  INVALID_PARAMETER: 400,
  PERMISSION_DENIED: 403,
  CONFIG_NOT_FOUND: 404,
  NO_PROJECT: 404,
  PROJECT_NOT_FOUND: 404,
  PROCESS_NOT_FOUND: 404,
  AMBIGUOUS_TARGET: 409,
  NAME_TAKEN: 409,
  PORT_TAKEN: 409,
  MANAGED: 409,
  NO_INPUT: 409,
  NOT_RUNNING: 409,
  LIMIT_REACHED: 409,
  CANCELLED: 409,
  CANNOT_COME_TRUE: 409,
  CHANGED_MEANWHILE: 409,
  CONFIG_INVALID: 422,
  COMMAND_NOT_FOUND: 422,
  COMMAND_NOT_EXECUTABLE: 422,
  COMMAND_FAILED: 422,
  LIMIT_UNENFORCEABLE: 422,
  START_FAILED: 422,
  STOP_FAILED: 500,
  RELOAD_FAILED: 500,
  DAEMON_VERSION: 500,
  INTERNAL: 500,
  NOT_SUPPORTED_YET: 501,
  DAEMON_BUSY: 503,
  DAEMON_UNREACHABLE: 503,
  DAEMON_START_FAILED: 503,
  HOME_UNUSABLE: 503,
  REGISTRY_UNUSABLE: 503,
  OPERATION_TIMEOUT: 504,
};

export interface ProblemDocument {
  /** `about:blank`: the title is the one of the status, the code says more. */
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly hint: string | null;
  /** The same as `--json` writes it. */
  readonly error: Problem;
}

export function problemDocument(of: Problem, status = STATUS_OF[of.code]): ProblemDocument {
  const { code, message, hint } = of;
  const { error } = errorDocument(of);
  const title = TITLES[status] ?? "Error";
  return { type: "about:blank", title, status, detail: message, code, hint, error };
}

export function problemResponse(
  of: Problem,
  more: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    /** Members of the document beside its own. */
    readonly members?: Readonly<Record<string, unknown>>;
  } = {},
): Response {
  const document = { ...problemDocument(of, more.status), ...more.members };
  const { status } = document;
  const headers = {
    ...ownHeaders,
    "Content-Type": "application/problem+json",
    // Another daemon, or this one in a moment, does.
    ...(status === 503 ? { "Retry-After": "1" } : {}),
    ...more.headers,
  };
  return new Response(`${JSON.stringify(document)}\n`, { status, headers });
}

/** What is thrown while a request is read. */
export function refusalResponse(error: unknown): Response {
  if (error instanceof Refusal) return problemResponse(error.problem, error);
  if (error instanceof ProcmanError) return problemResponse(error.problem);
  throw error;
}

/** Of every answer. Nothing of it is to be kept, and nothing to be taken for what it is not. */
export const ownHeaders: Readonly<Record<string, string>> = {
  [VERSION_HEADER]: versionHeader,
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  500: "Internal Server Error",
  501: "Not Implemented",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};
