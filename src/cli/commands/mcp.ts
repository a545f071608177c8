/** `procman mcp`. */

import { EXIT, fail } from "../../model/errors.ts";
import { programPath } from "../../programs.ts";
import { McpServer } from "../../transports/mcp/server.ts";
import type { Command, CommandContext } from "../command.ts";
import { isTerminal } from "../is-terminal.ts";
import { configFor, MCP_CLIENTS } from "../mcp/client-configs.ts";
import { serveStdio } from "../mcp/stdio.ts";

const NAMES = Object.keys(MCP_CLIENTS).join(", ");

export const command: Command = {
  usage: "",
  summary: "serve agents: the Model Context Protocol on standard input and output",
  details: `Clients start it themselves; --print-config prints how to tell one of them:
${NAMES}.
It has tools to list, start, stop, restart and wait for processes, and to read and search their logs. What agents start
outlives their session.`,
  flags: {
    "read-only": { type: "boolean", description: "only the tools that look" },
    "print-config": {
      type: "string",
      description: "what to write into the configuration of a client",
      valueHint: "CLIENT",
    },
  },
  examples: [
    ["procman mcp --print-config claude-code > .mcp.json", "tell Claude Code of it"],
    ["procman mcp --read-only", "as a client starts it, without the tools that change something"],
  ],
  async run(context) {
    const { args, say } = context;
    const client = args.text("print-config");
    if (client !== null) return printConfig(context, client);
    if (isTerminal(0)) {
      say("Speaking MCP on standard input; clients start this themselves, see --print-config.");
    }
    // Loaded with the first tool that is called: a client waits for the first answer, which needs none of it.
    const port = async () => (await import("../mcp/client-port.ts")).clientPort(context);
    await serveStdio(new McpServer({ port, readsOnly: args.isSet("read-only") }));
    // What is under way is of no use to anybody any more.
    process.exit(EXIT.ok);
  },
};

function printConfig(context: CommandContext, name: string): number {
  const { env, directory, print, say } = context;
  const PATH = env["PATH"] ?? "";
  const isInstalled = Bun.which("procman", { PATH }) !== null;
  const absolute = [
    process.execPath,
    "--config=/dev/null",
    "--no-env-file",
    programPath("cli/run"),
  ];
  const config = configFor(name, {
    typed: isInstalled ? ["procman"] : ["bunx", "procman"],
    absolute,
    directory,
    flags: flagsOf(context),
  });
  if (config === null) {
    const hint = `It is one of ${NAMES}.`;
    return fail("USAGE", `Cannot print the configuration of '${name}': not known`, hint);
  }
  print(config.text);
  say(`For ${config.file}.`);
  return EXIT.ok;
}

/** Those that were given, for the server too. */
function flagsOf({ args, env, client }: CommandContext): string[] {
  const isElsewhere = args.text("home") !== null || (env["PROCMAN_HOME"] ?? "") !== "";
  const project = args.text("project");
  return [
    ...(args.isSet("read-only") ? ["--read-only"] : []),
    ...args.texts("file").flatMap((file) => ["-f", file]),
    ...(project === null ? [] : ["-p", project]),
    ...(isElsewhere ? ["--home", client.home] : []),
  ];
}
