/** Commands of the configuration, as hooks and receivers of alerts: how they ended, and what they wrote last. */

import { describeExit } from "../model/exit.ts";
import type { CommandOutcome, CommandRequest } from "../supervisor/ports.ts";
import type { CommandJournal } from "./command-journal.ts";
import { runToEnd } from "./run-to-end.ts";

export interface CommandPlace {
  /** Where those are noted that do not outlive the daemon. */
  readonly journal: CommandJournal;
  /** A directory: where those write that do. */
  readonly scratch: string;
}

/** Without a place it may outlive the daemon, and dies when it writes then. */
export async function runCommand(
  { isRunAgain = false, ...request }: CommandRequest,
  place: CommandPlace | null = null,
): Promise<CommandOutcome> {
  const outlives = { journal: null, scratch: place?.scratch ?? null };
  const goes = { journal: place?.journal ?? null, scratch: null };
  const how = isRunAgain ? goes : outlives;
  const ended = await runToEnd({ ...request, heard: "stderr first", outputMaxBytes: null, ...how });
  if (ended.kind === "not-started") return { ok: false, reason: ended.error.message };
  const { exit, says } = ended;
  if (exit.code === 0) return { ok: true };
  return { ok: false, reason: `${describeExit({ ...exit, atMs: 0 })}${says}`, says };
}
