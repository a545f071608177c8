/** What a run of a project leaves behind: `exec --keep-logs`. Nothing of it changes how the command ends. */

import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import type { LoadedProject } from "../config/load.ts";
import { viewAsItIs } from "../logfile/log-view.ts";
import { ownersOnDisk } from "../logfile/on-disk.ts";
import { LOG_STREAMS, streamKey } from "../logfile/paths.ts";
import type { Source } from "../logfile/pieces.ts";
import { endOf, firstSince } from "../logfile/places.ts";
import { fail } from "../model/errors.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { CommandContext } from "./command.ts";
import type { Held } from "./held.ts";

export interface Kept {
  readonly directory: string;
  readonly loaded: LoadedProject;
  /** Where each stream ended when it began: what follows is kept. */
  readonly ends: ReadonlyMap<string, number>;
}

/** Made at once, so that a directory that cannot be used is told before anything starts. */
export function beginKeeping(context: CommandContext, loaded: LoadedProject): Kept | null {
  const given = context.args.text("keep-logs");
  if (given === null) return null;
  const directory = resolve(context.directory, given);
  try {
    mkdirSync(join(directory, "logs"), { recursive: true });
  } catch (error) {
    fail("USAGE", `Cannot keep logs in ${directory}: ${messageOf(error)}`);
  }
  const { home } = context.client;
  const ends = ownersOnDisk(home, loaded.spec.name).flatMap((owner) =>
    LOG_STREAMS.map(
      (stream) => [streamKey({ owner, stream }), endOf(home, owner, stream)] as const,
    ),
  );
  return { directory, loaded, ends: new Map(ends) };
}

/** `logs/`, as in the home, `events.jsonl`, `status.json` and `config.yaml`, secrets masked. */
export async function keepLogs(context: CommandContext, what: Held, kept: Kept): Promise<void> {
  const { directory } = kept;
  try {
    const { maskedConfig } = await import("./commands/config-show.ts");
    writeFileSync(join(directory, "config.yaml"), maskedConfig(kept.loaded));
    const input = { ...context.place, project: what.project, targets: [], all: false };
    const statuses = (await context.client.askUnlessStopped("list", input)) ?? [];
    const ids = what.shown.length > 0 ? what.shown : statuses.map(({ id }) => id);
    const mine = statuses.filter(({ id }) => ids.includes(id));
    writeFileSync(join(directory, "status.json"), `${JSON.stringify(mine, null, 2)}\n`);
    for (const id of ids) {
      const owner = parseInstanceId(id as InstanceId);
      for (const stream of LOG_STREAMS) await copyLog(context, what, kept, { owner, stream });
    }
    writeFileSync(join(directory, "events.jsonl"), await eventsSince(context, what));
    context.say(`Logs, events and the configuration are in ${directory}.`);
  } catch (error) {
    context.say(`Cannot keep all of it in ${directory}: ${messageOf(error)}`);
  }
}

async function eventsSince(
  { client, place }: CommandContext,
  { project, afterSeq }: Held,
): Promise<string> {
  const lines: string[] = [];
  const range = {
    ...place,
    project,
    all: false,
    afterSeq,
    sinceMs: null,
    types: [],
    follow: false,
  };
  const over = new AbortController();
  for await (const event of client.stream("events", range, over.signal)) {
    lines.push(`${JSON.stringify(event)}\n`);
  }
  return lines.join("");
}

/** The bytes that were written since it began; a stream of which there are none leaves no file. */
async function copyLog(
  { client }: CommandContext,
  { sinceMs }: Held,
  { directory, ends }: Kept,
  source: Source,
): Promise<void> {
  const { home } = client;
  const { owner, stream } = source;
  const place = ends.get(streamKey(source)) ?? firstSince(home, owner, stream, sinceMs);
  const view = viewAsItIs({ home, positions: [{ ...source, place }], lines: null });
  let fd: number | null = null;
  try {
    for await (const { pieces } of view) {
      const name = `${owner.process}.${owner.index}.${stream}.log`;
      if (pieces.length > 0) fd ??= openSync(join(directory, "logs", name), "w");
      for (const { bytes } of pieces) if (fd !== null) writeSync(fd, bytes);
    }
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
