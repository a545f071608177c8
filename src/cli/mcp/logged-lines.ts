/** Log lines for the tools of MCP, read by `procman logs` in a process of its own: an expression that takes for ever is
 *  ended with it, and not the session of whoever has thought of it. */

import { fail, ProcmanError, type Problem } from "../../model/errors.ts";
import { toolLimits } from "../../model/tool-limits.ts";
import { programPath } from "../../programs.ts";
import type { LineRequest, LogLine } from "../../transports/mcp/port.ts";
import type { CommandContext } from "../command.ts";

const PROGRAM = [process.execPath, "--config=/dev/null", "--no-env-file", programPath("cli/run")];

export async function* loggedLines(
  context: CommandContext,
  request: LineRequest,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const odd = request.targets.find((target) => target.startsWith("-"));
  if (odd !== undefined) fail("PROCESS_NOT_FOUND", `Cannot find '${odd}'`);
  const child = Bun.spawn([...PROGRAM, "logs", "--json", ...argumentsOf(context, request)], {
    cwd: context.directory,
    env: context.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const overdue = AbortSignal.timeout(toolLimits.waitMs);
  const end = (): void => child.kill("SIGKILL");
  const either = AbortSignal.any([overdue, signal]);
  either.addEventListener("abort", end, { once: true });
  if (either.aborted) end();
  try {
    for await (const line of linesOf(child.stdout)) yield JSON.parse(line) as LogLine;
    const [status, trouble] = await Promise.all([child.exited, child.stderr.text()]);
    if (overdue.aborted) tooLong();
    if (status !== 0) throw new ProcmanError(problemIn(trouble));
  } finally {
    either.removeEventListener("abort", end);
    end();
  }
}

/** Values are joined to their flags: they may begin like one. */
function argumentsOf(context: CommandContext, request: LineRequest): string[] {
  const { client, directory, args } = context;
  const { place, targets, stream, lines, sinceMs, untilMs, cursor, grep, level, around } = request;
  const where = place.project === null ? args.texts("file").map((it) => `--file=${it}`) : [];
  const valued = {
    home: client.home,
    directory,
    project: place.project,
    stream,
    lines,
    since: sinceMs === null ? null : new Date(sinceMs).toISOString(),
    until: untilMs === null ? null : new Date(untilMs).toISOString(),
    cursor,
    grep,
    level,
    context: around === 0 ? null : around,
  };
  return [
    ...where,
    ...Object.entries(valued).flatMap(([name, value]) =>
      value === null ? [] : [`--${name}=${value}`],
    ),
    ...(request.ignoreCase ? ["--ignore-case"] : []),
    ...(request.invert ? ["--invert"] : []),
    ...targets,
  ];
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

function problemIn(text: string): Problem {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  try {
    return (JSON.parse(line) as { readonly error: Problem }).error;
  } catch {
    return fail("COMMAND_FAILED", `Cannot read the logs: ${line === "" ? "it was ended" : line}`);
  }
}

function tooLong(): never {
  const hint = "A simpler expression, or a shorter time, takes less.";
  fail("OPERATION_TIMEOUT", "Cannot read the logs: it has taken too long, and was given up", hint);
}
