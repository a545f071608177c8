/** Commands of the configuration, as hooks and receivers of alerts: how they ended, and what they wrote last. */

import { describeExit } from "../model/exit.ts";
import type { CommandOutcome, CommandRequest } from "../supervisor/ports.ts";
import type { CommandJournal } from "./command-journal.ts";
import { runToEnd } from "./run-to-end.ts";

export async function runCommand(
  { isRunAgain = false, ...request }: CommandRequest,
  commands: CommandJournal | null = null,
): Promise<CommandOutcome> {
  const journal = isRunAgain ? commands : null;
  const run = { ...request, heard: "stderr first", outputMaxBytes: null, journal } as const;
  const ended = await runToEnd(run);
  if (ended.kind === "not-started") return { ok: false, reason: ended.error.message };
  const { exit, says } = ended;
  if (exit.code === 0) return { ok: true };
  return { ok: false, reason: `${describeExit({ ...exit, atMs: 0 })}${says}`, says };
}
