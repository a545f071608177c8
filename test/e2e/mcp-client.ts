/** A client of `procman mcp` over real standard input and output, as agents have one. What a tool answers is checked
 *  against the schema that it has declared. */

import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import type { ListedTool } from "../../src/protocol/mcp/listing.ts";

export interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  // Whatever it is: the schema has checked it.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly structuredContent?: any;
  readonly isError?: boolean;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

type Server = Bun.Subprocess<"pipe", "pipe", "pipe">;

export class McpClient {
  readonly server: Server;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  readonly #outputs = new Map<string, ValidateFunction>();
  #lastId = 0;

  private constructor(server: Server) {
    this.server = server;
    void this.#listen();
  }

  /** After the greetings. */
  static async greet(server: Server): Promise<McpClient> {
    const client = new McpClient(server);
    const about = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "test" } };
    await client.request("initialize", about);
    client.notify("notifications/initialized", {});
    for (const { name, outputSchema } of await client.tools()) {
      client.#outputs.set(name, new Ajv2020({ allowUnionTypes: true }).compile(outputSchema));
    }
    return client;
  }

  async tools(): Promise<readonly ListedTool[]> {
    return ((await this.request("tools/list", {})) as { tools: ListedTool[] }).tools;
  }

  notify(method: string, params: object): void {
    this.write(JSON.stringify({ jsonrpc: "2.0", method, params }));
  }

  async request(method: string, params: object, id = (this.#lastId += 1)): Promise<unknown> {
    const answer = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    const { result, error } = await answer;
    if (error !== undefined) throw new Error(`${error.code} ${error.message}`);
    return result;
  }

  async call(name: string, given: object, id?: number): Promise<ToolResult> {
    const result = (await this.request("tools/call", { name, arguments: given }, id)) as ToolResult;
    const validate = this.#outputs.get(name);
    if (result.isError !== true && validate?.(result.structuredContent) !== true) {
      throw new Error(`${name} breaks its schema: ${JSON.stringify(validate?.errors)}`);
    }
    return result;
  }

  /** The structured answer of a call that has to succeed. */
  async ok(name: string, given: object = {}): Promise<ToolResult["structuredContent"]> {
    const { isError, content, structuredContent } = await this.call(name, given);
    if (isError === true) throw new Error(`${name} failed: ${content[0]?.text}`);
    return structuredContent;
  }

  /** The error of a call that has to fail. */
  async fault(name: string, given: object): Promise<Record<string, unknown>> {
    const { isError, content } = await this.call(name, given);
    if (isError !== true) throw new Error(`${name} succeeded: ${content[0]?.text}`);
    return (JSON.parse(content[0]?.text ?? "") as { error: Record<string, unknown> }).error;
  }

  write(line: string): void {
    void this.server.stdin.write(`${line}\n`);
    void this.server.stdin.flush();
  }

  /** Nothing but messages may come. */
  async #listen(): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of this.server.stdout) {
      rest += decoder.decode(chunk, { stream: true });
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const answer = JSON.parse(line) as Answer;
        this.#waiting.get(answer.id)?.(answer);
      }
    }
  }
}
