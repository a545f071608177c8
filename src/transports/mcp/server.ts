/** A server of the Model Context Protocol: a message in, the answer to it out, however they are carried.
 *  See https://modelcontextprotocol.io/specification/2025-06-18. */

import { toolLimits } from "../../model/tool-limits.ts";
import { VERSION } from "../../protocol/version.ts";
import type { McpPort } from "./port.ts";

export interface McpOptions {
  /** Asked for with the first tool that is called. */
  readonly port: () => Promise<McpPort>;
  /** Only tools that change nothing. */
  readonly readsOnly: boolean;
}

/** Newest first. What they differ in is nothing that a server with nothing but tools shows, except that one of them has
 *  batches, which are understood in all. */
export const MCP_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** JSON-RPC 2.0, 5.1; the last is of those that servers may define. */
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
const INTERNAL_ERROR = -32_603;
const TOO_MANY = -32_000;

const INSTRUCTIONS = `procman runs processes in the background and keeps their logs; they outlive this session.
Begin with list_processes. Start what runs long, such as servers and watchers, with start_process and not in a shell. Use wait_for_process instead of sleeping. Read logs with search_logs and, to see only what is new, get_process_output with the cursor of the answer before.`;

type Id = string | number;

interface Message {
  readonly id?: Id;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** What a request comes to. */
type Outcome =
  | { readonly result: object }
  | {
      readonly error: { readonly code: number; readonly message: string; readonly data?: unknown };
    };

/** One session. */
export class McpServer {
  readonly #loadPort: () => Promise<McpPort>;
  #port: Promise<McpPort> | null = null;
  readonly #readsOnly: boolean;
  readonly #underWay = new Map<Id, AbortController>();
  readonly #seen = new Map<number, string>();

  constructor({ port, readsOnly }: McpOptions) {
    this.#loadPort = port;
    this.#readsOnly = readsOnly;
  }

  /** The same for messages as text: JSON without line ends. */
  async answer(text: string): Promise<string | null> {
    const answer = await this.receive(parsed(text));
    return answer === null ? null : JSON.stringify(answer);
  }

  /** The answer to a message or to a batch of them; null when none is due. */
  async receive(message: unknown): Promise<object | null> {
    if (message === NO_JSON) return answerTo(null, failure(PARSE_ERROR, "This is no JSON"));
    if (!Array.isArray(message)) return this.#one(message);
    if (message.length === 0) {
      return answerTo(null, failure(INVALID_REQUEST, "This batch is empty"));
    }
    const all = await Promise.all(message.map((it) => this.#one(it)));
    const answers = all.filter((it) => it !== null);
    return answers.length === 0 ? null : answers;
  }

  /** Ends everything that is under way. */
  close(): void {
    for (const call of this.#underWay.values()) call.abort();
  }

  async #one(given: unknown): Promise<object | null> {
    if (isAnswer(given)) return null; // Nothing was asked of the client.
    const message = readMessage(given);
    if ("error" in message) return answerTo(idOf(given), message);
    const { id } = message;
    if (id === undefined) {
      this.#notified(message);
      return null;
    }
    if (this.#underWay.has(id)) {
      return answerTo(id, failure(INVALID_REQUEST, "There is a request of that id under way"));
    }
    if (this.#underWay.size >= toolLimits.callsUnderWay) {
      const most = `Only ${toolLimits.callsUnderWay} requests may be under way at once`;
      return answerTo(id, failure(TOO_MANY, most));
    }
    const cancelling = new AbortController();
    this.#underWay.set(id, cancelling);
    try {
      const outcome = await this.#outcome(message, cancelling.signal);
      // Who has cancelled a request does not want to hear of it.
      return cancelling.signal.aborted ? null : answerTo(id, outcome);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return answerTo(id, failure(INTERNAL_ERROR, `This is a bug in procman: ${why}`));
    } finally {
      this.#underWay.delete(id);
    }
  }

  #notified({ method, params }: Message): void {
    if (method !== "notifications/cancelled") return;
    this.#underWay.get(params["requestId"] as Id)?.abort();
  }

  async #outcome({ method, params }: Message, signal: AbortSignal): Promise<Outcome> {
    switch (method) {
      case "initialize":
        // What comes next needs more: it is loaded while the client thinks.
        setTimeout(() => void import("./call-tool.ts"));
        return { result: introduction(params["protocolVersion"]) };
      case "ping":
        return { result: {} };
      case "tools/list": {
        const { listedTools } = await import("../../protocol/mcp/listing.ts");
        return { result: { tools: listedTools(this.#readsOnly) } };
      }
      case "tools/call":
        return this.#called(params, signal);
      default:
        return failure(METHOD_NOT_FOUND, `There is no method ${method}`);
    }
  }

  async #called(
    { name, arguments: given }: Message["params"],
    signal: AbortSignal,
  ): Promise<Outcome> {
    if (typeof name !== "string") return failure(INVALID_PARAMS, "params.name is no string");
    const { callTool, toolNamed } = await import("./call-tool.ts");
    const tool = toolNamed(name, this.#readsOnly);
    if (tool === null) {
      const hidden = this.#readsOnly && toolNamed(name, false) !== null;
      const why = hidden
        ? `Tool ${name} is not there in the read-only mode`
        : `Unknown tool: ${name}`;
      return failure(INVALID_PARAMS, why);
    }
    const port = await (this.#port ??= this.#loadPort());
    return { result: await callTool(tool, given, { port, signal, seen: this.#seen }) };
  }
}

const NO_JSON = Symbol("no JSON");

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NO_JSON;
  }
}

function introduction(wanted: unknown) {
  return {
    protocolVersion: MCP_VERSIONS.find((it) => it === wanted) ?? MCP_VERSIONS[0],
    capabilities: { tools: { listChanged: false } },
    serverInfo: { name: "procman", title: "procman", version: VERSION },
    instructions: INSTRUCTIONS,
  };
}

function readMessage(given: unknown): Message | (Outcome & { readonly error: unknown }) {
  if (!isRecord(given) || given["jsonrpc"] !== "2.0") {
    return failure(INVALID_REQUEST, "This is no message of JSON-RPC 2.0");
  }
  const { method, params = {} } = given;
  if (typeof method !== "string") return failure(INVALID_REQUEST, "The method is no string");
  const id = idOf(given);
  if (id === null && "id" in given) {
    return failure(INVALID_REQUEST, "The id is neither a string nor a number");
  }
  if (!isRecord(params)) return failure(INVALID_PARAMS, "The params are no object");
  return { method, params, ...(id === null ? {} : { id }) };
}

function isAnswer(given: unknown): boolean {
  return isRecord(given) && !("method" in given) && ("result" in given || "error" in given);
}

function idOf(given: unknown): Id | null {
  const id = isRecord(given) ? given["id"] : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === "object" && given !== null && !Array.isArray(given);
}

function failure(code: number, message: string) {
  return { error: { code, message } };
}

function answerTo(id: Id | null, outcome: Outcome): object {
  return { jsonrpc: "2.0", id, ...outcome };
}
