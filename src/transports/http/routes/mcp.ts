/** MCP over HTTP: each message is a request, and there are no sessions. See "Streamable HTTP" in its specification. */

import { escapeTemplate } from "../../../model/template.ts";
import { placeOf } from "../../../protocol/place.ts";
import type { LineRequest, LogLine, McpPort, RunRequest } from "../../mcp/port.ts";
import { MCP_VERSIONS, McpServer } from "../../mcp/server.ts";
import { yesNo } from "../parameters.ts";
import { Refusal } from "../refusal.ts";
import { jsonReply, route, type Calls, type Route } from "../route.ts";
import { anything } from "../schema.ts";

const VERSION_HEADER = "mcp-protocol-version";

export const mcpRoutes: readonly Route[] = [
  route("POST /mcp", {
    name: "speakMcp",
    summary:
      "A message of the Model Context Protocol, or a batch of them; 202 when none is answered.",
    parameters: { readOnly: yesNo("Only the tools that change nothing") },
    takesAnything: true,
    answers: anything,
    async run(calls, given, { headers }) {
      requireVersion(headers.get(VERSION_HEADER));
      const { body } = given as unknown as { body: unknown };
      const port = async () => portOf(calls);
      const server = new McpServer({ port, readsOnly: given.readOnly ?? false });
      const answer = await server.receive(body);
      return answer === null ? { kind: "nothing", status: 202 } : jsonReply(answer);
    },
  }),
];

function requireVersion(version: string | null): void {
  if (version === null || MCP_VERSIONS.some((it) => it === version)) return;
  const hint = `It is one of ${MCP_VERSIONS.join(", ")}.`;
  throw new Refusal(400, "USAGE", `Cannot speak MCP ${version.slice(0, 40)}`, hint);
}

/** The operations end with the request, so nothing has to be ended here. */
function portOf(calls: Calls): McpPort {
  return {
    placeOf,
    look: (name, input) => calls.call(name, input),
    change: (name, input) => calls.call(name, input),
    lines: (request) => linesOf(calls, request),
    run: (request) => calls.call("create", creation(request)),
    // Configurations are read where they are, by commands.
    up: async () => null,
  };
}

/** Taken as it is: what is to be expanded in it, its shell expands. */
function creation({ project, command, name, cwd, env, restart }: RunRequest) {
  const variables = Object.entries(env).map(([key, value]) => [key, escapeTemplate(value)]);
  const keys = {
    command: escapeTemplate(command),
    env: Object.fromEntries(variables) as Record<string, string>,
    restart,
    ...(cwd === null ? {} : { cwd }),
  };
  return { project, name, keys, again: true as const };
}

async function* linesOf(calls: Calls, request: LineRequest): AsyncGenerator<LogLine> {
  const { place, targets, stream, around, ...asked } = request;
  const pages = await calls.stream("logs", {
    ...place,
    ...asked,
    targets: targets.length === 0 ? ["all"] : [...targets],
    streams: stream === null ? ["stdout", "stderr"] : [stream],
    context: around,
    follow: false,
  });
  for await (const page of pages) {
    for (const line of page.slice(0, -1).split("\n")) {
      if (line !== "") yield JSON.parse(line) as LogLine;
    }
  }
}
