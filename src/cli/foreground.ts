/** The foreground: shows what the processes write and what happens to them, and holds what it started. Ctrl-C stops
 *  that, a second one kills it; when it dies otherwise, its lease ends with it and the daemon stops it. */

import { constants } from "node:os";
import type { Status } from "../protocol/status.ts";
import { CHANGES, LOOKS } from "../client/client.ts";
import { Cursor } from "../logfile/cursor.ts";
import { logView } from "../logfile/log-view.ts";
import { ownersOnDisk } from "../logfile/on-disk.ts";
import { LOG_STREAMS, type LogOwner } from "../logfile/paths.ts";
import type { Source } from "../logfile/pieces.ts";
import { firstSince } from "../logfile/places.ts";
import { EXIT, ProcmanError } from "../model/errors.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { UpInput, UpOutput } from "../protocol/definition-inputs.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";
import { sayEvents } from "./foreground-events.ts";
import { logParses } from "./log-parses.ts";
import { onInterrupt, sayWhatIsLeft } from "./foreground-interrupt.ts";
import { painter, wantsColor, writeAll } from "./output.ts";
import { describeGap } from "./render/log-gap.ts";
import { LogJson } from "./render/log-json.ts";
import { LogLines } from "./render/log-lines.ts";
import { Prefix } from "./render/log-prefix.ts";
import { renderResults } from "./render/results.ts";

export async function foreground(context: CommandContext, input: UpInput): Promise<number> {
  const { client, say } = context;
  const sinceMs = Date.now();
  const holder = { pid: process.pid };
  const output = await client.change("up", { ...input, holder, until: "asked" }, CHANGES);
  const failed = output.results.filter(({ ok }) => !ok);
  if (failed.length > 0) return renderResults(context, failed, "started");
  const what = heldBy(output);
  if (what.shown.length === 0) {
    say("Nothing starts by itself. Name what to start: 'procman up NAME'.");
    return EXIT.ok;
  }
  if (what.held.length === 0) say("Everything runs already: Ctrl-C leaves it running.");
  const ended = new AbortController();
  const interrupt = onInterrupt(context, what);
  const showing = Promise.all([
    show(context, what, sinceMs, ended.signal),
    sayEvents(context, what, ended.signal),
  ]);
  try {
    await Promise.race([untilEnded(context, what, ended.signal), interrupt.left, showing]);
  } finally {
    ended.abort();
    await showing;
    interrupt.dispose();
  }
  const status = interrupt.status();
  if (status === null) return exitStatus(context, what);
  await sayWhatIsLeft(context, what);
  return status;
}

function heldBy({ project, results, held }: UpOutput): Held {
  return { project, shown: results.map(({ id }) => id), held };
}

/** Resolves when nothing of it runs and nothing is to come. */
async function untilEnded(
  { client, place }: CommandContext,
  { shown }: Held,
  signal: AbortSignal,
): Promise<void> {
  try {
    const input = { ...place, targets: shown, for: "stopped" as const, timeoutMs: null };
    await client.look("wait", input, { ...LOOKS, waits: true, signal });
  } catch (error) {
    if (signal.aborted) return; // The foreground ends for another reason, and waits for nothing any more.
    // Stopped and forgotten from elsewhere, while the daemon was being reached again.
    if (error instanceof ProcmanError && /NOT_FOUND/.test(error.problem.code)) return;
    throw error;
  }
}

async function show(
  { client, env, args, json, say }: CommandContext,
  { project, shown }: Held,
  sinceMs: number,
  signal: AbortSignal,
): Promise<void> {
  const paint = painter(wantsColor(1, env, args.text("color")));
  const prefix = new Prefix(paint);
  const processes = new Set(shown.map((id) => parseInstanceId(id as InstanceId).process));
  const owners = shown.map((id) => parseInstanceId(id as InstanceId));
  for (const owner of owners) prefix.expect(owner);
  const beginning = ({ owner, stream }: Source): number =>
    firstSince(client.home, owner, stream, sinceMs);
  const positions = sourcesOf(owners).map((it) => ({ ...it, place: beginning(it) }));
  const view = logView({
    home: client.home,
    positions,
    lines: null,
    untilMs: null,
    follow: true,
    filter: null,
    // Instances that `scale` adds meanwhile.
    discover: () =>
      sourcesOf(ownersOnDisk(client.home, project).filter(({ process }) => processes.has(process))),
    beginning,
    signal,
  });
  const rendering = json
    ? new LogJson(new Cursor(), logParses(client.home))
    : new LogLines({ timestamps: false, prefix, paint, separators: false, highlight: null });
  for await (const batch of view) {
    for (const gap of batch.missed) say(describeGap(gap));
    writeAll(1, rendering.render(batch));
  }
  writeAll(1, rendering.finish());
}

function sourcesOf(owners: readonly LogOwner[]): Source[] {
  return owners.flatMap((owner) => LOG_STREAMS.map((stream) => ({ owner, stream })));
}

/** 0 when all completed or were stopped from elsewhere, else the code of the first that failed. */
async function exitStatus({ client, place }: CommandContext, what: Held): Promise<number> {
  const input = { ...place, project: what.project, targets: [], all: false };
  // A daemon that was stopped has stopped everything, and must not be started again only to say so.
  const statuses = await client.askUnlessStopped("list", input).catch((error: unknown) => {
    if (error instanceof ProcmanError) return []; // Forgotten: stopped from elsewhere.
    throw error;
  });
  const mine = (statuses ?? []).filter(({ id }) => what.shown.includes(id));
  const failures = mine
    .filter(({ state }) => state === "failed" || state === "skipped")
    .toSorted((one, other) => (one.stoppedAt ?? "~").localeCompare(other.stoppedAt ?? "~"));
  const [first] = failures;
  return first === undefined ? EXIT.ok : codeOf(first);
}

function codeOf({ exitCode, signal }: Status): number {
  if (exitCode !== null && exitCode !== 0) return exitCode;
  return signal === null ? EXIT.failed : 128 + signalNumber(signal);
}

function signalNumber(signal: string): number {
  return constants.signals[signal as NodeJS.Signals] ?? Number(signal);
}
