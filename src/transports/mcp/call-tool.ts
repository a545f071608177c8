/** Lists the tools and calls them: checks what is given, and gives errors the shape that they have for a model.
 *
 *  Loaded with the first such request: the schemas need zod, which is slow to load, and a client waits for its first
 *  answer. */

import { ProcmanError, problem } from "../../model/errors.ts";
import { nearest } from "../../model/nearest.ts";
import { toolNames } from "../../protocol/mcp/listing.ts";
import { TOOLS, type ToolName } from "../../protocol/mcp/tools.ts";
import { restartProcess, startProcess, stopProcess, waitForProcess } from "./acting-tools.ts";
import { getProcessOutput, searchLogs } from "./log-tools.ts";
import { getProcessLogPaths, getProcessStatus, listProcesses } from "./looking-tools.ts";
import type { Tool, ToolCall } from "./tool-call.ts";
import { toolError } from "./tool-error.ts";

export interface CallResult {
  readonly content: readonly { readonly type: "text"; readonly text: string }[];
  readonly structuredContent?: object;
  readonly isError?: true;
}

const CARRIED_OUT: { readonly [N in ToolName]: Tool<N> } = {
  list_processes: listProcesses,
  get_process_status: getProcessStatus,
  get_process_output: getProcessOutput,
  search_logs: searchLogs,
  get_process_log_paths: getProcessLogPaths,
  wait_for_process: waitForProcess,
  start_process: startProcess,
  stop_process: stopProcess,
  restart_process: restartProcess,
};

/** Null when there is no such tool. */
export function toolNamed(name: string, readsOnly: boolean): ToolName | null {
  return toolNames(readsOnly).find((it) => it === name) ?? null;
}

export async function callTool(
  name: ToolName,
  given: unknown,
  call: ToolCall,
): Promise<CallResult> {
  const parsed = TOOLS[name].input.safeParse(given ?? {});
  try {
    if (!parsed.success) throw new ProcmanError(notUnderstood(name, parsed.error.issues));
    // The table pairs each name with its own parameters; the compiler cannot follow that over a union.
    const carryOut = CARRIED_OUT[name] as Tool<ToolName>;
    const { structured, text } = await carryOut(parsed.data, call);
    return { content: [{ type: "text", text }], structuredContent: structured };
  } catch (error) {
    const text = JSON.stringify(toolError(error));
    return { content: [{ type: "text", text }], isError: true };
  }
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** All that is wrong at once, so that a model needs one more try and not several. */
function notUnderstood(name: ToolName, issues: readonly Issue[]) {
  const known = Object.keys(TOOLS[name].input.shape);
  const faults = issues.flatMap((issue) =>
    (issue.keys ?? []).length > 0
      ? (issue.keys ?? []).map((key) => unknownKey(key, known))
      : [`\`${issue.path.join(".")}\`: ${issue.message}`],
  );
  const hint = `It takes ${known.join(", ")}.`;
  return problem("INVALID_PARAMETER", `Cannot call ${name}: ${faults.join("; ")}`, hint);
}

function unknownKey(key: string, known: readonly string[]): string {
  const similar = nearest(key, known);
  return `there is no \`${key}\`${similar === null ? "" : `, did you mean \`${similar}\`?`}`;
}
