/** The foreground: shows what the processes write and what happens to them, and holds what it started. Ctrl-C stops
 *  that, a second one kills it; when it dies otherwise, its lease ends with it and the daemon stops it. */

import { CHANGES, LOOKS } from "../client/client.ts";
import { EXIT, fail, ProcmanError } from "../model/errors.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { UpInput, UpOutput } from "../protocol/definition-inputs.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { CommandContext } from "./command.ts";
import { namedIn } from "./end-options.ts";
import { EndRules, type EndOptions } from "./end-rules.ts";
import type { Held } from "./held.ts";
import { statusesOf } from "./foreground-end.ts";
import { sayEvents } from "./foreground-events.ts";
import { sayEnd } from "./foreground-notices.ts";
import { onInterrupt, sayWhatIsLeft } from "./foreground-interrupt.ts";
import { showOutput } from "./foreground-output.ts";
import { renderResults } from "./render/results.ts";
import { annotateResults, WorkflowLog } from "./workflow-log.ts";

/** `up` in the foreground. */
export async function foreground(
  context: CommandContext,
  input: UpInput,
  options: EndOptions,
): Promise<number> {
  const log = new WorkflowLog(context);
  log.beginStart(input.spec.name);
  try {
    return await startAndFollow(context, input, options, log);
  } finally {
    log.endStart();
    await log.sayFailures();
  }
}

async function startAndFollow(
  context: CommandContext,
  input: UpInput,
  options: EndOptions,
  log: WorkflowLog,
): Promise<number> {
  const { client, say } = context;
  const sinceMs = Date.now();
  const holder = { pid: process.pid };
  const output = await client.change("up", { ...input, holder, until: "asked" }, CHANGES);
  const failed = output.results.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    const status = renderResults(context, failed, "started");
    await annotateResults(context, failed);
    return status;
  }
  const what = heldBy(output, sinceMs);
  if (what.shown.length === 0) {
    say("Nothing starts by itself. Name what to start: 'procman up NAME'.");
    return EXIT.ok;
  }
  for (const name of namedIn(options)) requireShown(what, name);
  const rules = new EndRules(options, input.spec);
  if (what.held.length === 0) say("Everything runs already: Ctrl-C leaves it running.");
  log.endStartAfter(what.held);
  const seen = await follow(context, what, rules, log);
  const status = seen ?? (await statusBy(rules, context, what));
  await sayWhatIsLeft(context, what);
  return status;
}

/** Shows and holds until all of it has ended, or it is asked to leave: then 128 + the signal, else null. */
export async function follow(
  context: CommandContext,
  what: Held,
  rules: EndRules | null = null,
  log: WorkflowLog | null = null,
): Promise<number | null> {
  const ended = new AbortController();
  const interrupt = onInterrupt(context, what);
  const { signal } = ended;
  const sees = (event: WireEvent): void => {
    log?.sees(event);
    const why = rules?.sees(event) ?? null;
    // The last ends may be told after everything was over.
    if (why !== null && !signal.aborted) interrupt.stop(`Stopping the rest: ${why}.`);
  };
  const shown = showOutput(context, what, signal);
  const showing = Promise.all([shown, sayEvents(context, what, { signal, shown }, sees)]);
  try {
    await Promise.race([untilEnded(context, what, ended.signal), interrupt.left, showing]);
  } finally {
    ended.abort();
    await showing;
    interrupt.dispose();
  }
  return interrupt.status();
}

async function statusBy(rules: EndRules, context: CommandContext, what: Held): Promise<number> {
  const statuses = await statusesOf(context, what);
  sayEnd(context, what, statuses);
  return rules.status(statuses);
}

/** A process that is to be the end of it has to be among what is started; that ends with the lease of this command. */
function requireShown({ shown }: Held, process: string): void {
  if (shown.some((id) => parseInstanceId(id as InstanceId).process === process)) return;
  const hint = `Name it among the targets: 'procman up ${process} …'.`;
  fail("USAGE", `Cannot end with ${process}: it is not among those that are started`, hint);
}

function heldBy({ project, results, held, afterSeq }: UpOutput, sinceMs: number): Held {
  const shown = results.map(({ id }) => id);
  return { project, shown, held, sinceMs, afterSeq, isPlain: false };
}

/** Resolves when nothing of it runs and nothing is to come. */
async function untilEnded(
  { client, place }: CommandContext,
  { shown }: Held,
  signal: AbortSignal,
): Promise<void> {
  try {
    const input = { ...place, targets: shown, for: "over" as const, timeoutMs: null };
    await client.look("wait", input, { ...LOOKS, waits: true, signal });
  } catch (error) {
    if (signal.aborted) return; // The foreground ends for another reason, and waits for nothing any more.
    // Stopped and forgotten from elsewhere, while the daemon was being reached again.
    if (error instanceof ProcmanError && /NOT_FOUND/.test(error.problem.code)) return;
    throw error;
  }
}
