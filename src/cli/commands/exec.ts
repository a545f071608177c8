/** `procman exec`. */

import { resolve } from "node:path";
import { callerEnvironment } from "../../client/caller-environment.ts";
import { CHANGES, LOOKS } from "../../client/client.ts";
import { fail } from "../../model/errors.ts";
import type { WireEvent } from "../../protocol/shapes.ts";
import type { Command, CommandContext } from "../command.ts";
import { runCommand } from "../exec-command.ts";
import { execEnvironment } from "../exec-environment.ts";
import { sayEvents } from "../foreground-events.ts";
import { onInterrupt, type Interrupt } from "../foreground-interrupt.ts";
import type { Held } from "../held.ts";
import { beginKeeping, keepLogs } from "../kept-logs.ts";
import { definingInput, loadDefinition, type Definition } from "../project-definition.ts";
import { ProgressReport } from "../progress.ts";
import { annotateTimeout, WorkflowLog } from "../workflow-log.ts";
import { durationFlag } from "./targets.ts";

export const command: Command = {
  usage: "[TARGET…] [FLAGS] -- COMMAND…",
  summary: "run a command while processes are up",
  details: `Starts the targets, or all that start by themselves, waits until they are ready, runs COMMAND with the
environment and the ports of the project, stops what it started, however it ends, and exits with COMMAND's
code. What was up before stays up.`,
  flags: {
    start: { type: "boolean", negativeDescription: "start nothing, only wait for the targets" },
    timeout: {
      type: "string",
      description: "give up waiting for them after D like 500ms, 30s, 2m",
      valueHint: "D",
    },
    "keep-logs": {
      type: "string",
      description: "leave logs, events and the configuration in DIR",
      valueHint: "DIR",
    },
  },
  examples: [
    ["procman exec -- bun test", "the project's tests, with everything up"],
    [
      "procman exec db --keep-logs out -- bun run seed.ts",
      "with the database alone; keep what it wrote",
    ],
  ],
  async run(context) {
    const argv = commandOf(context);
    durationFlag(context, "timeout"); // Refused before anything starts.
    const definition = await loadDefinition(context);
    const kept = beginKeeping(context, definition.loaded);
    const what = await begin(context, definition);
    const interrupt = onInterrupt(context, what);
    try {
      const failure = await untilReady(context, definition, what, interrupt);
      return failure ?? (await runBeside(context, definition, what, interrupt, argv));
    } finally {
      interrupt.stop(null);
      await interrupt.left;
      interrupt.dispose();
      if (kept !== null) await keepLogs(context, what, kept);
    }
  },
};

function commandOf({ args }: CommandContext): readonly string[] {
  const argv = args.rest ?? [];
  const hint =
    "The command stands after --, and before it what has to be up: 'procman exec db -- bun test'.";
  return argv.length > 0 ? argv : fail("USAGE", "Cannot tell what to run", hint);
}

/** Starts what is to be up; what was up already is not held. */
async function begin(context: CommandContext, definition: Definition): Promise<Held> {
  const { args, client, place } = context;
  const { loaded } = definition;
  const sinceMs = Date.now();
  if (args.text("start") === "false") {
    const { lastSeq } = (await client.look("daemon-status", {})) ?? { lastSeq: 0 };
    const input = { ...place, targets: args.words, all: false };
    const named = args.words.length === 0 ? [] : await client.look("list", input);
    if (named === null)
      fail("PROCESS_NOT_FOUND", `Cannot find '${args.words.join(" ")}': nothing runs`);
    const shown = named.map(({ id }) => id);
    const project = named[0]?.project ?? loaded.spec.name;
    return { project, shown, held: [], sinceMs, afterSeq: lastSeq, isPlain: false };
  }
  const input = {
    ...definingInput(context, definition),
    targets: args.words.length > 0 ? args.words : loaded.selection,
    // What COMMAND writes is not to restart what it needs.
    holder: { pid: process.pid, unwatched: true as const },
    until: "asked" as const,
    timeoutMs: null,
  };
  const { project, results, held, afterSeq } = await client.change("up", input, CHANGES);
  return { project, shown: results.map(({ id }) => id), held, sinceMs, afterSeq, isPlain: false };
}

/** Null when all are ready; else the exit status. */
async function untilReady(
  context: CommandContext,
  { loaded }: Definition,
  what: Held,
  interrupt: Interrupt,
): Promise<number | null> {
  if (what.shown.length === 0) return null;
  const timeoutMs = durationFlag(context, "timeout");
  const log = new WorkflowLog(context);
  log.beginStart(loaded.spec.name);
  const progress = new ProgressReport(context, loaded.spec);
  const over = new AbortController();
  try {
    const input = { ...context.place, targets: what.shown, for: "ready" as const, timeoutMs };
    const options = { ...LOOKS, waits: true, signal: over.signal };
    const answer = await Promise.race([
      context.client.look("wait", input, options),
      interrupt.asked,
    ]);
    const status = interrupt.status();
    if (status !== null) return status;
    if (answer === null) return fail("CANCELLED", "Cannot wait any longer: the daemon was stopped");
    const { results } = answer;
    log.endStart();
    if (results.every(({ ok }) => ok)) return null;
    const { renderFailedStarts } = await import("../render/failed-starts.ts");
    return await renderFailedStarts(context, results);
  } catch (error) {
    log.endStart();
    await annotateTimeout(context, error);
    throw error;
  } finally {
    log.endStart();
    progress.end();
    over.abort();
  }
}

async function runBeside(
  context: CommandContext,
  { loaded }: Definition,
  what: Held,
  interrupt: Interrupt,
  argv: readonly string[],
): Promise<number> {
  const { client, place, directory } = context;
  const { project } = what;
  const input = { ...place, project, targets: [], all: false };
  // Not known yet, when nothing was started.
  const statuses = await client.look("list", input).catch(() => null);
  const env = execEnvironment({
    loaded,
    project,
    statuses: statuses ?? [],
    callerEnv: callerEnvironment(context.env),
    home: resolve(client.home),
  });
  const ended = new AbortController();
  const lastSeq = (await client.ask("daemon-status", {}))?.lastSeq ?? what.afterSeq;
  // Between being ready and the command.
  const status = interrupt.status();
  if (status !== null) return status;
  const lines = { signal: ended.signal, shown: Promise.resolve() };
  const log = new WorkflowLog(context);
  const sees = (event: WireEvent): void => log.sees(event);
  const saying = sayEvents(context, { ...what, afterSeq: lastSeq }, lines, sees);
  try {
    return await runCommand({ argv, cwd: directory, env }, interrupt);
  } finally {
    ended.abort();
    await saying;
    await log.sayFailures();
  }
}
