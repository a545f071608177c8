/** The tools that change something, and the one that waits for it. */

import { plain } from "../../logfile/plain-text.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import { limits } from "../../model/limits.ts";
import { toolProcess } from "../../protocol/mcp/shapes.ts";
import type { ActionResult } from "../../protocol/shapes.ts";
import type { Status } from "../../protocol/status.ts";
import { statusLine } from "./looking-tools.ts";
import { meant, statusesOf } from "./targets.ts";
import type { Tool, ToolCall } from "./tool-call.ts";

export const startProcess: Tool<"start_process"> = async (input, call) => {
  const results = await started(input, call);
  const done = await outcome(call, results);
  const last = await lastOutput(call, done.structured.id);
  const text = last.length === 0 ? done.text : [done.text, "Output:", ...last].join("\n");
  return { structured: { ...done.structured, last_output: last }, text };
};

export const stopProcess: Tool<"stop_process"> = async (input, call) => {
  const { place, target } = await meant(call, input);
  const timeoutMs = input.timeout_seconds === undefined ? null : input.timeout_seconds * 1_000;
  const asked = { ...place, targets: [target], timeoutMs, withDependents: false };
  const operation = input.force ? "kill" : "stop";
  const { results } = await call.port.change(operation, asked, call.signal);
  const done = await outcome(call, results);
  const { stoppedAt, signal } = done.structured;
  return { ...done, structured: { ...done.structured, stop_time: stoppedAt, signal } };
};

export const restartProcess: Tool<"restart_process"> = async (input, call) => {
  const { place, target, statuses } = await meant(call, input);
  const asked = { ...place, targets: [target], withDependents: false, until: "ready" } as const;
  const timeoutMs = input.timeout_seconds * 1_000;
  const { results } = await call.port.change("restart", { ...asked, timeoutMs }, call.signal);
  const done = await outcome(call, results);
  const { id, pid, startedAt } = done.structured;
  const before = statuses.find((it) => it.id === id)?.pid ?? null;
  const pids = { old_pid: before, new_pid: pid, restart_time: startedAt };
  return { ...done, structured: { ...done.structured, ...pids } };
};

export const waitForProcess: Tool<"wait_for_process"> = async (input, call) => {
  const { place, target } = await meant(call, input);
  const timeoutMs = input.timeout_seconds * 1_000;
  const asked = { ...place, targets: [target], for: input.for, timeoutMs };
  const answer = await call.port.look("wait", asked, call.signal);
  const done = await outcome(call, answer?.results ?? [], "");
  return { ...done, structured: { ...done.structured, waited_for: input.for } };
};

type StartInput = Parameters<typeof startProcess>[0];

async function started(input: StartInput, call: ToolCall): Promise<readonly ActionResult[]> {
  const { port, signal } = call;
  const { command, name = null } = input;
  const project = input.project ?? null;
  if (command === undefined) return startedByName(input, call);
  const { result } = await port.run(
    {
      project,
      command,
      name,
      cwd: input.working_directory ?? null,
      env: input.environment ?? {},
      restart: input.restart ?? "no",
    },
    signal,
  );
  if (result.ok && result.changed) await settle(call, result);
  return [result];
}

async function startedByName(input: StartInput, call: ToolCall): Promise<readonly ActionResult[]> {
  const { port, signal } = call;
  const { name } = input;
  if (name === undefined) {
    const hint = "Give `command` to start something new, or `name` for what is configured.";
    return fail("INVALID_PARAMETER", "Cannot tell what to start", hint);
  }
  const needless = OF_COMMANDS.find((it) => it in input);
  if (needless !== undefined) {
    const hint = "Its configuration says it; give `command` to start something new.";
    fail("INVALID_PARAMETER", `Cannot start '${name}' with another ${needless}`, hint);
  }
  const timeoutMs = input.timeout_seconds * 1_000;
  const project = input.project ?? null;
  const configured = await port.up({ project, targets: [name], timeoutMs }, signal);
  if (configured !== null) return configured;
  const { place, target } = await meant(call, { pid: name, project: input.project });
  const asked = { ...place, targets: [target], withDependents: false, until: "ready" } as const;
  return (await port.change("start", { ...asked, timeoutMs }, signal)).results;
}

/** Of what is configured, its configuration says these. */
const OF_COMMANDS = ["working_directory", "environment", "restart"] as const;

/** What fails at once was a mistake, mostly: that is told with the start, not found out later. */
async function settle(call: ToolCall, { id }: ActionResult): Promise<void> {
  const { port, signal } = call;
  const asked = { targets: [id], for: "ready", timeoutMs: SETTLE_MS } as const;
  try {
    const answer = await port.look("wait", { ...port.placeOf(null), ...asked }, signal);
    if (answer?.results.every(({ ok }) => ok) === true) return;
  } catch (error) {
    // It is being restarted, and whatever comes of that is not of this start.
    if (error instanceof ProcmanError && error.problem.code === "OPERATION_TIMEOUT") return;
    throw error;
  }
  const [status] = await statusesOf(call, port.placeOf(null), [id]);
  const why = status?.reason ?? status?.state ?? "gone";
  const details = { lastOutput: await lastOutput(call, id) };
  fail("COMMAND_FAILED", `Cannot keep ${id} running: ${why}`, null, details);
}

/** Long enough to have lived a little, see `limits.settledMs`. */
const SETTLE_MS = 4 * limits.settledMs;

/** What came of it; what could not be done is an error, with what the process wrote last. */
async function outcome(
  call: ToolCall,
  results: readonly ActionResult[],
  unchanged = " (was so already)",
) {
  const failed = results.filter(({ error }) => error !== null);
  const [problem] = failed;
  if (problem?.error) {
    const { code, message, hint } = problem.error;
    const others = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
    const output = await lastOutput(call, problem.id);
    fail(code, `${message}${others}`, hint, { lastOutput: output });
  }
  const ids = results.map(({ id }) => id);
  const statuses = ids.length === 0 ? [] : await statusesOf(call, call.port.placeOf(null), ids);
  const [first] = statuses;
  if (first === undefined) return fail("PROCESS_NOT_FOUND", "Cannot find it any more");
  const changed = new Map(results.map((it) => [it.id, it.changed]));
  const isChanged = ({ id }: Status): boolean => changed.get(id) ?? false;
  const instances = statuses.map((it) => {
    return { id: it.id, status: it.state, pid: it.pid, changed: isChanged(it) };
  });
  return {
    structured: { ...toolProcess(first), changed: isChanged(first), instances },
    text: statuses.map((it) => `${statusLine(it)}${isChanged(it) ? "" : unchanged}`).join("\n"),
  };
}

/** Nothing of it keeps a tool from its answer. */
async function lastOutput(call: ToolCall, id: string): Promise<string[]> {
  try {
    const why = await call.port.look(
      "why",
      { ...call.port.placeOf(null), target: id },
      call.signal,
    );
    return (why?.tail ?? []).map(plain);
  } catch {
    return []; // It is gone, and so is what there was to say.
  }
}
