/** Calls to the daemon over its socket, by the table of operations. Needs neither zod nor anything else heavy. */

import { fail, ProcmanError, type Problem } from "../model/errors.ts";
import type {
  CallName,
  InputOfOperation,
  OutputOfOperation,
  StreamName,
} from "../protocol/operations.ts";
import {
  isForEveryProtocol,
  PROTOCOL,
  readVersionHeader,
  RPC_PATH,
  VERSION,
  VERSION_HEADER,
  versionHeader,
} from "../protocol/version.ts";

/** Nobody answers at the socket: there is no daemon, or it is on its way up or down. */
export class NoDaemonError extends Error {
  override readonly name = "NoDaemonError";
  /** The call had reached it: what was asked may have been done. */
  readonly wasReached: boolean;

  constructor(cause: Error) {
    super(cause.message, { cause });
    this.wasReached = !("code" in cause && UNREACHED.has(String(cause.code)));
  }
}

/** The last: the path of a home that is so long that its daemon, if there is one, listens elsewhere. */
const UNREACHED: ReadonlySet<string> = new Set(["ENOENT", "ECONNREFUSED", "ENAMETOOLONG"]);

/** One call. Throws `NoDaemonError`, or a `ProcmanError` with the daemon's own problem. */
export async function call<N extends CallName>(
  socket: string,
  name: N,
  input: InputOfOperation<N>,
  signal?: AbortSignal,
): Promise<OutputOfOperation<N>> {
  const response = await post(socket, name, input, signal);
  try {
    return (await response.json()) as OutputOfOperation<N>;
  } catch (error) {
    throw asNoDaemon(error);
  }
}

/** One document at a time; ends when the daemon ends the stream. */
export async function* stream<N extends StreamName>(
  socket: string,
  name: N,
  input: InputOfOperation<N>,
  signal?: AbortSignal,
): AsyncGenerator<OutputOfOperation<N>> {
  const response = await post(socket, name, input, signal);
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for await (const chunk of response.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) yield JSON.parse(line) as OutputOfOperation<N>;
    }
  } catch (error) {
    throw asNoDaemon(error);
  }
}

async function post(
  socket: string,
  name: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<Response> {
  const response = await fetch(`http://procman${RPC_PATH}${name}`, {
    unix: socket,
    method: "POST",
    headers: { [VERSION_HEADER]: versionHeader },
    body: JSON.stringify(input),
    // Bun gives up on one that is silent for five minutes. Here that is no sign: whether the daemon is there is asked
    // apart, and followers may have nothing to hear for days.
    timeout: false,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw asNoDaemon(error);
  });
  if (!isForEveryProtocol(name)) requireProtocol(response);
  if (response.ok) return response;
  const { error } = (await response.json()) as { error: Problem };
  throw new ProcmanError(error);
}

/** What an older daemon answers could be misread. A newer one knows whom it serves. */
function requireProtocol({ headers }: Response): void {
  const daemon = readVersionHeader(headers.get(VERSION_HEADER));
  if (daemon === null || daemon.protocol >= PROTOCOL) return;
  fail(
    "DAEMON_VERSION",
    `Cannot understand the daemon: it is procman ${daemon.version}, this is ${VERSION}`,
    "Run 'procman daemon restart': it is replaced in place, and what runs goes on.",
  );
}

/** Refused, absent, or cut off in the middle: all mean that the daemon is not there. An abort stays what it is. */
function asNoDaemon(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "AbortError" || error.name === "TimeoutError") {
    return error;
  }
  return error instanceof ProcmanError ? error : new NoDaemonError(error);
}
