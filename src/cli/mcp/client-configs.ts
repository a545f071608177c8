/** How each client of MCP is told of procman: what is to be written, and where. */

export interface ClientConfig {
  readonly file: string;
  /** Ready to be pasted. */
  readonly text: string;
}

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
}

interface McpClient {
  readonly file: string;
  /** A file of the user and not of the project: what is in it has to be right from anywhere, without a PATH. */
  readonly isPersonal?: true;
  /** It does not start servers in the directory of the project. */
  readonly isElsewhere?: true;
  readonly text: (server: ServerCommand) => string;
}

const json = (document: object): string => JSON.stringify(document, null, 2);
const mcpServers = (server: object): string => json({ mcpServers: { procman: server } });

export const MCP_CLIENTS: Readonly<Record<string, McpClient>> = {
  "claude-code": { file: ".mcp.json", text: mcpServers },
  "claude-desktop": {
    file: "claude_desktop_config.json (Settings, Developer, Edit Config)",
    isPersonal: true,
    isElsewhere: true,
    text: mcpServers,
  },
  codex: {
    file: "~/.codex/config.toml",
    isPersonal: true,
    text: ({ command, args }) =>
      `[mcp_servers.procman]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}`,
  },
  cursor: { file: ".cursor/mcp.json", text: mcpServers },
  gemini: { file: ".gemini/settings.json", text: mcpServers },
  opencode: {
    file: "opencode.json",
    text: ({ command, args }) =>
      json({ mcp: { procman: { type: "local", command: [command, ...args], enabled: true } } }),
  },
  vscode: {
    file: ".vscode/mcp.json",
    text: (server) => json({ servers: { procman: { type: "stdio", ...server } } }),
  },
  windsurf: {
    file: "~/.codeium/windsurf/mcp_config.json",
    isPersonal: true,
    isElsewhere: true,
    text: mcpServers,
  },
  zed: {
    file: ".zed/settings.json",
    text: (server) => json({ context_servers: { procman: { ...server, env: {} } } }),
  },
};

export interface Circumstances {
  /** As it is typed: `procman`, or `bunx procman`. */
  readonly typed: readonly string[];
  /** With absolute paths. */
  readonly absolute: readonly string[];
  readonly directory: string;
  /** What follows `mcp`. */
  readonly flags: readonly string[];
}

/** Null for a client that is not known. */
export function configFor(
  name: string,
  { typed, absolute, directory, flags }: Circumstances,
): ClientConfig | null {
  const client = Object.hasOwn(MCP_CLIENTS, name) ? MCP_CLIENTS[name] : undefined;
  if (client === undefined) return null;
  const where = client.isElsewhere === true ? ["-C", directory] : [];
  const [command = "", ...before] = client.isPersonal === true ? absolute : typed;
  const args = [...before, "mcp", ...where, ...flags];
  return { file: client.file, text: client.text({ command, args }) };
}
