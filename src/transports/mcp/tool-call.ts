/** What a tool is given beside its parameters, and what it gives back. */

import type { ToolInput, ToolName, ToolOutput } from "../../protocol/mcp/tools.ts";
import type { McpPort } from "./port.ts";

export interface ToolCall {
  readonly port: McpPort;
  readonly signal: AbortSignal;
  /** Instances by the pids that this session has been told: a process that has ended is still asked for by its pid. */
  readonly seen: Map<number, string>;
}

export interface ToolAnswer<N extends ToolName> {
  readonly structured: ToolOutput<N>;
  /** The same in few words, for clients that show text. */
  readonly text: string;
}

export type Tool<N extends ToolName> = (
  input: ToolInput<N>,
  call: ToolCall,
) => Promise<ToolAnswer<N>>;
