/** What clients are told of the server: in their own format, and right where they read it. */

import { expect, test } from "bun:test";
import { configFor, MCP_CLIENTS } from "../../../src/cli/mcp/client-configs.ts";

const WHERE = {
  typed: ["bunx", "procman"],
  absolute: ["/opt/bun", "/opt/procman.ts"],
  directory: "/srv/my shop",
  flags: ["--read-only"],
};
const read = (name: string): unknown => {
  const text = configFor(name, WHERE)?.text ?? "";
  return name === "codex" ? Bun.TOML.parse(text) : JSON.parse(text);
};
const typed = { command: "bunx", args: ["procman", "mcp", "--read-only"] };
const absolute = { command: "/opt/bun", args: ["/opt/procman.ts", "mcp", "--read-only"] };
const elsewhere = {
  command: "/opt/bun",
  args: ["/opt/procman.ts", "mcp", "-C", "/srv/my shop", "--read-only"],
};

const ROWS: Readonly<Record<string, object>> = {
  "claude-code": { mcpServers: { procman: typed } },
  "claude-desktop": { mcpServers: { procman: elsewhere } },
  codex: { mcp_servers: { procman: absolute } },
  cursor: { mcpServers: { procman: typed } },
  gemini: { mcpServers: { procman: typed } },
  opencode: {
    mcp: {
      procman: { type: "local", command: ["bunx", "procman", "mcp", "--read-only"], enabled: true },
    },
  },
  vscode: { servers: { procman: { type: "stdio", ...typed } } },
  windsurf: { mcpServers: { procman: elsewhere } },
  zed: { context_servers: { procman: { ...typed, env: {} } } },
};

test("every client has its row here", () => {
  expect(Object.keys(MCP_CLIENTS)).toEqual(Object.keys(ROWS));
});

test.each(Object.entries(ROWS))("%s", (name, wanted) => {
  expect(read(name)).toEqual(wanted);
});

test("an unknown client has none", () => {
  expect([configFor("emacs", WHERE), configFor("constructor", WHERE)]).toEqual([null, null]);
});
