/** Agents: every tool over real standard input and output, with a real daemon that also dies. */

import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { eventually, isAlive, Sandbox } from "./sandbox.ts";
import { McpClient } from "./mcp-client.ts";

const TIMEOUT_MS = 60_000;

const CONFIG = {
  name: "shop",
  processes: {
    api: "printf '\\033[32mlistening\\033[0m on 4100\\n'; exec sleep 1000",
    late: { command: "sleep 1000", ready: { exec: "test -e late.ok", interval: "20ms" } },
    pair: { command: "sleep 1000", instances: 2, groups: ["both"] },
    noisy: { command: "seq 1 5000; echo level=error msg=broken >&2", restart: "no" },
    bad: { command: "echo cannot open the file >&2; exit 3", restart: "no" },
    needy: { command: "sleep 1000", dependsOn: { bad: "succeeded" } },
  },
};

let sandbox: Sandbox;
let client: McpClient;

beforeAll(async () => {
  sandbox = new Sandbox(CONFIG);
  client = await McpClient.greet(sandbox.spawnWithInput(["mcp"]));
}, TIMEOUT_MS);

afterAll(async () => {
  await client.server.stdin.end();
  await client.server.exited;
  await sandbox[Symbol.asyncDispose]();
}, TIMEOUT_MS);

const promise = (what: string, proof: () => Promise<void>): void => test(what, proof, TIMEOUT_MS);

promise("where nothing runs, looking says so and starts no daemon", async () => {
  expect(await client.ok("list_processes")).toMatchObject({ processes: [], total_count: 0 });
  expect((await client.fault("get_process_status", { pid: "api" }))["code"]).toBe(
    "PROCESS_NOT_FOUND",
  );
  expect((await sandbox.run("daemon", "status", "--json")).code).not.toBe(0);
});

promise("a configured process is started by its name, and once", async () => {
  const started = await client.ok("start_process", { name: "api" });
  expect(started).toMatchObject({
    id: "shop/api.1",
    status: "running",
    changed: true,
    working_directory: sandbox.directory,
    start_time: expect.stringMatching(/^\d{4}-/),
    log_prefix: `${sandbox.home}/logs/shop/api.1`,
    last_output: ["listening on 4100"],
  });
  const again = await client.ok("start_process", { name: "api" });
  expect(again).toMatchObject({ pid: started.pid, changed: false });
  expect(await client.ok("get_process_status", { pid: "api" })).toMatchObject({ reason: null });
});

promise(
  "what fails at once is told with its last output, and what waits for it says so",
  async () => {
    const fault = await client.fault("start_process", { name: "bad" });
    expect(fault).toMatchObject({
      code: "COMMAND_FAILED",
      message: expect.stringContaining("exited with code 3"),
      last_output: ["cannot open the file"],
    });
    expect((await client.fault("start_process", { name: "needy" }))["code"]).toBe("COMMAND_FAILED");
    const status = await client.ok("get_process_status", { pid: "needy" });
    expect(status).toMatchObject({ status: "skipped", waiting_for: [{ process: "bad" }] });
  },
);

promise(
  "a command runs as for a shell, with its own variables, and is not started twice",
  async () => {
    const command = "echo $GREETING world; exec sleep 1000";
    const given = { command, name: "greeter", environment: { GREETING: "hello" } };
    const first = await client.ok("start_process", given);
    expect(first).toMatchObject({ status: "running", command, last_output: ["hello world"] });
    const second = await client.ok("start_process", given);
    expect(second).toMatchObject({ id: first.id, pid: first.pid, changed: false });
    const environment = await sandbox.environment("greeter");
    expect(environment["GREETING"]).toBe("hello");
    const taken = await client.fault("start_process", { command: "true", name: "api" });
    expect(taken).toMatchObject({ code: "INVALID_PARAMETER", cause: "NAME_TAKEN" });
    const nowhere = { command: "no-such-program", working_directory: "/" };
    const fault = await client.fault("start_process", nowhere);
    expect(fault).toMatchObject({ code: "COMMAND_FAILED", cause: "COMMAND_NOT_FOUND" });
  },
);

promise("a process that has ended is still known by its pid", async () => {
  const { pid } = await client.ok("start_process", {
    command: "echo bye; sleep 1.2",
    name: "short",
  });
  await client.ok("wait_for_process", { pid, for: "completed" });
  const status = await client.ok("get_process_status", { pid });
  expect(status).toMatchObject({ status: "completed", exit_code: 0, last_output: ["bye"] });
  expect((await client.ok("get_process_output", { pid })).output).toBe("bye");
});

promise("waiting ends when it comes true, when it cannot, and when it takes too long", async () => {
  const starting = client.ok("start_process", { name: "late" });
  await sandbox.until("late", ({ state }) => state === "starting");
  const early = await client.fault("wait_for_process", { pid: "late", timeout_seconds: 0.1 });
  expect(early).toMatchObject({ code: "OPERATION_TIMEOUT" });
  sandbox.write("late.ok", "");
  expect(await starting).toMatchObject({ ready: true });
  const never = await client.fault("wait_for_process", { pid: "bad" });
  expect(never).toMatchObject({ code: "COMMAND_FAILED", cause: "CANNOT_COME_TRUE" });
  const long = await client.fault("wait_for_process", {
    pid: "api",
    for: "stopped",
    timeout_seconds: 0.1,
  });
  expect(long).toMatchObject({
    code: "OPERATION_TIMEOUT",
    hint: expect.stringContaining("goes on"),
  });
});

promise("output comes in plain text, in parts, each line once", async () => {
  await client.ok("start_process", { name: "noisy" });
  await client.ok("wait_for_process", { pid: "noisy", for: "completed" });
  const last = await client.ok("get_process_output", { pid: "noisy", stream: "stdout", lines: 3 });
  expect(last).toMatchObject({ output: "4998\n4999\n5000", lines_returned: 3, truncated: true });
  const nothing = await client.ok("get_process_output", { pid: "noisy", cursor: last.cursor });
  expect(nothing).toMatchObject({ lines_returned: expect.any(Number), truncated: false });
  const seen: string[] = [];
  for (let cursor = "1:shop/noisy.1=0"; ;) {
    const given = { pid: "noisy", stream: "stdout", cursor, lines: 1_000 };
    const part = await client.ok("get_process_output", given);
    seen.push(...part.output.split("\n"));
    if (part.truncated !== true) break;
    cursor = part.cursor;
  }
  expect(seen).toEqual(Array.from({ length: 5_000 }, (_, at) => String(at + 1)));
  expect((await client.ok("get_process_output", { pid: "api" })).output).toBe("listening on 4100");
  const before = await client.ok("get_process_output", { pid: "api", before_time: "2001-01-01" });
  expect(before.output).toBe("");
});

promise("searching finds lines of all processes, with their names", async () => {
  const found = await client.ok("search_logs", { pattern: "(listening|^500)", lines: 50 });
  expect(found.output.split("\n").toSorted()).toEqual([
    "api.1 | listening on 4100",
    "noisy.1 | 500",
    "noisy.1 | 5000",
  ]);
  const errors = await client.ok("search_logs", { level: "error" });
  expect(errors.output).toContain("noisy.1 | level=error msg=broken");
  expect(await client.ok("search_logs", { pattern: "nowhere" })).toMatchObject({
    output: "",
    lines_returned: 0,
  });
  const fault = await client.fault("search_logs", { pattern: "(" });
  expect(fault).toMatchObject({
    code: "INVALID_PARAMETER",
    hint: expect.stringContaining("JavaScript"),
  });
  const flag = await client.fault("search_logs", { pid: "--follow", pattern: "a" });
  expect(flag).toMatchObject({ code: "PROCESS_NOT_FOUND" });
});

promise(
  "an expression that takes for ever keeps nobody else waiting, and ends when it is cancelled",
  async () => {
    await client.ok("start_process", {
      command: `echo ${"a".repeat(60)}b; exec sleep 1000`,
      name: "evil",
    });
    void client.call("search_logs", { pattern: "^(a+)+$", pid: "evil" }, 9_999);
    const searching = await eventually("the search to begin", async () => {
      const child = sandbox.processes().find((pid) => commandOf(pid).includes("--grep=^(a+)+$"));
      return { value: child ?? 0, done: child !== undefined };
    });
    expect((await client.ok("list_processes")).running_count).toBeGreaterThan(0);
    client.notify("notifications/cancelled", { requestId: 9_999 });
    await eventually("it to be gone", async () => ({ value: null, done: !isAlive(searching) }));
    expect((await client.ok("search_logs", { pattern: "listening" })).lines_returned).toBe(1);
  },
);

promise("several instances are told of one by one", async () => {
  const both = await client.ok("start_process", { name: "pair" });
  expect(both.instances.map((it: { id: string }) => it.id)).toEqual(["shop/pair.1", "shop/pair.2"]);
  const paths = await client.ok("get_process_log_paths", { pid: "@both" });
  expect(paths.instances).toHaveLength(2);
  expect(paths).toMatchObject({
    stdout: `${sandbox.home}/logs/shop/pair.1.stdout.log`,
    combined: null,
  });
  const restarted = await client.ok("restart_process", { pid: "pair.2" });
  expect(restarted).toMatchObject({
    id: "shop/pair.2",
    old_pid: both.instances[1].pid,
    changed: true,
  });
  expect(restarted.new_pid).not.toBe(restarted.old_pid);
  const stopped = await client.ok("stop_process", { pid: "@both", force: true });
  expect(stopped).toMatchObject({ status: "killed", pid: null, signal: "SIGKILL" });
  expect(both.instances.some((it: { pid: number }) => isAlive(it.pid))).toBe(false);
});

promise("what was stopped was stopped, and stopping it again changes nothing", async () => {
  const { pid } = await client.ok("get_process_status", { pid: "greeter" });
  const stopped = await client.ok("stop_process", { pid });
  expect(stopped).toMatchObject({
    status: "stopped",
    changed: true,
    stop_time: expect.any(String),
  });
  expect(await client.ok("stop_process", { pid: "greeter" })).toMatchObject({ changed: false });
  const unknown = await client.fault("stop_process", { pid: "greter" });
  expect(unknown).toMatchObject({ code: "PROCESS_NOT_FOUND", hint: "Did you mean 'greeter'?" });
});

promise(
  "a daemon that is killed in the middle costs a session nothing, and the processes neither",
  async () => {
    const before = await client.ok("get_process_status", { pid: "api" });
    const waiting = client.ok("wait_for_process", { pid: "late", for: "stopped" });
    const killed = await sandbox.killDaemon();
    const restarting = client.call("restart_process", { pid: "late" });
    const after = await client.ok("get_process_status", { pid: "api" });
    expect(after).toMatchObject({ pid: before.pid, runId: before.runId, status: "running" });
    const restarted = await restarting;
    // It went away before or after it had taken the request: done, or told that nobody knows.
    if (restarted.isError === true)
      expect(restarted.content[0]?.text).toContain('"COMMAND_FAILED"');
    await client.ok("stop_process", { pid: "late" });
    expect(await waiting).toMatchObject({ status: "stopped", waited_for: "stopped" });
    expect((await sandbox.daemon()).pid).not.toBe(killed);
  },
);

promise("the read-only mode looks at the same processes and changes nothing", async () => {
  const reader = await McpClient.greet(sandbox.spawnWithInput(["mcp", "--read-only"]));
  expect((await reader.tools()).map(({ name }) => name)).not.toContain("stop_process");
  expect(await reader.ok("get_process_status", { pid: "api" })).toMatchObject({
    status: "running",
  });
  expect(reader.call("stop_process", { pid: "api" })).rejects.toThrow("-32602");
  await reader.server.stdin.end();
  expect(await reader.server.exited).toBe(0);
});

promise("outside of a project commands belong to none, and are found", async () => {
  const apart = await McpClient.greet(sandbox.spawnWithInput(["mcp", "-C", sandbox.root]));
  const { id } = await apart.ok("start_process", {
    command: "echo apart; exec sleep 1000",
    name: "loner",
  });
  expect(id).toBe("adhoc/loner.1");
  expect((await apart.ok("list_processes")).processes[0]).toMatchObject({ id });
  expect((await apart.ok("search_logs", { pattern: "." })).output).toBe("loner.1 | apart");
  expect(await apart.ok("list_processes", { project: "shop" })).toMatchObject({ truncated: false });
  expect((await apart.ok("list_processes", { all_projects: true })).total_count).toBeGreaterThan(5);
  expect((await apart.fault("list_processes", { project: "nope" }))["code"]).toBe(
    "PROCESS_NOT_FOUND",
  );
  await apart.server.stdin.end();
  expect(await apart.server.exited).toBe(0);
});

promise(
  "what was asked before the input ended is answered, and what waits does not keep it",
  async () => {
    const ping = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    const { code, stdout, stderr } = await sandbox.shell(`echo '${ping}' | $PROCMAN mcp`);
    expect([code, stdout, stderr]).toEqual([0, '{"jsonrpc":"2.0","id":1,"result":{}}\n', ""]);
    const params = { name: "wait_for_process", arguments: { pid: "api", for: "stopped" } };
    const wait = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const began = performance.now();
    expect((await sandbox.shell(`echo '${wait}' | $PROCMAN mcp`)).stdout).toBe("");
    expect(performance.now() - began).toBeLessThan(20_000);
  },
);

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1");
  } catch {
    return ""; // It is gone.
  }
}
