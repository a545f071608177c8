/** The examples of docs/mcp.md, run; its tables, which have every tool, client and code; and
 *  the same over HTTP. */

import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import { MCP_CLIENTS } from "../../src/cli/mcp/client-configs.ts";
import { TOOL_ERROR_CODES, TOOLS } from "../../src/protocol/mcp/tools.ts";
import { MCP_VERSIONS } from "../../src/transports/mcp/server.ts";
import type { ToolResult } from "./mcp-client.ts";
import { Sandbox } from "./sandbox.ts";

const TIMEOUT_MS = 60_000;
const TEXT = readFileSync(join(import.meta.dir, "../../docs/mcp.md"), "utf8");
const [, CONFIG = ""] = /^```yaml procman\.yaml\n([\s\S]*?)^```$/m.exec(TEXT) ?? [];
const EXAMPLES = [...TEXT.matchAll(/^```console\n\$ (.*)\n([\s\S]*?)^```$/gm)].map(
  ([, line = "", output = ""]) => [line, output] as const,
);

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = new Sandbox(null);
  sandbox.write("procman.yaml", CONFIG);
  chmodSync(sandbox.write("procman", "#!/bin/sh\n"), 0o755); // It is on the PATH.
  await sandbox.ok("up", "-d");
  await sandbox.ok("wait", "greet", "--for", "completed");
}, TIMEOUT_MS);

afterAll(async () => sandbox[Symbol.asyncDispose](), TIMEOUT_MS);

for (const [line, wanted] of EXAMPLES) {
  const lacksTool = line.includes("| jq") && Bun.which("jq") === null;
  test.skipIf(lacksTool)(
    line,
    async () => {
      const command = line.replaceAll("procman mcp", "$PROCMAN mcp");
      // Nobody's home is printed unless it was chosen.
      const circumstances = line.includes("--print-config") ? "PROCMAN_HOME= " : "";
      const { stdout } = await sandbox.shell(`PATH=$PWD:$PATH; ${circumstances}${command} 2>&1`);
      expect(stdout).toBe(wanted);
    },
    TIMEOUT_MS,
  );
}

test(
  "the same tools are there over HTTP",
  async () => {
    const call = async (name: string, given: object): Promise<ToolResult> => {
      const params = { name, arguments: given };
      const response = await fetch("http://localhost/mcp", {
        unix: join(sandbox.home, "daemon.sock"),
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }),
      });
      return ((await response.json()) as { result: ToolResult }).result;
    };
    const last = await call("get_process_output", { pid: "hello/greet" });
    expect(last.structuredContent).toMatchObject({ output: "hello", truncated: false });
    const command = "echo over $THERE; exec sleep 1000";
    const given = { command, name: "remote", environment: { THERE: "HTTP" } };
    const started = await call("start_process", given);
    const about = { id: "adhoc/remote.1", last_output: ["over HTTP"] };
    expect(started.structuredContent).toMatchObject(about);
    const stopped = await call("stop_process", { pid: "remote" });
    expect(stopped.structuredContent).toMatchObject({ status: "stopped", changed: true });
  },
  TIMEOUT_MS,
);

test("there are two examples", () => {
  expect(EXAMPLES).toHaveLength(2);
});

test("every tool, client, code and version is in the page", () => {
  const words = [...Object.keys(TOOLS), ...Object.keys(MCP_CLIENTS), ...TOOL_ERROR_CODES];
  const absent = words.filter((word) => !TEXT.includes(`| \`${word}\``));
  expect([absent, MCP_VERSIONS.filter((it) => !TEXT.includes(it))]).toEqual([[], []]);
});

test(
  "a client that is not known is an error that names those that are",
  async () => {
    const { code, stdout, stderr } = await sandbox.run("mcp", "--print-config", "emacs");
    expect([code, stdout]).toEqual([2, ""]);
    for (const client of Object.keys(MCP_CLIENTS)) expect(stderr).toContain(client);
  },
  TIMEOUT_MS,
);
