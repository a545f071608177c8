/** Processes that several ask for in the same moment, over HTTP. */

import { expect, test } from "bun:test";
import { join } from "node:path";
import { Sandbox } from "./sandbox.ts";

const call = (id: number) => {
  const params = { name: "start_process", arguments: { command: `echo ${id}; sleep 1000` } };
  return { jsonrpc: "2.0", id, method: "tools/call", params };
};

interface Answer {
  readonly result: {
    readonly structuredContent: {
      readonly id: string;
      readonly command: string;
      readonly changed: boolean;
    };
  };
}

test("each is started with its own command, and what runs already is not started again", async () => {
  await using sandbox = new Sandbox(null);
  await sandbox.ok("daemon", "start");
  const ask = async (body: unknown): Promise<unknown> => {
    const response = await fetch("http://localhost/mcp", {
      unix: join(sandbox.home, "daemon.sock"),
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.json();
  };
  const batch = [1, 2, 3].map(call);
  const answers = (await ask(batch)) as readonly Answer[];
  const started = answers.map(({ result }) => result.structuredContent);
  expect(new Set(started.map(({ id }) => id)).size).toBe(3);
  const commands = batch.map(({ params }) => params.arguments.command);
  expect(started.map(({ command }) => command)).toEqual(commands);
  const again = await ask(call(1));
  const { id } = started[0]!;
  expect(again).toMatchObject({ result: { structuredContent: { id, changed: false } } });
}, 60_000);
