/** Commands of the configuration, as hooks and receivers of alerts: how they ended, and what they wrote last. */

import { describeExit } from "../model/exit.ts";
import type { CommandOutcome, CommandRequest } from "../supervisor/ports.ts";
import { runToEnd } from "./run-to-end.ts";

export async function runCommand({ launch, stdin, end }: CommandRequest): Promise<CommandOutcome> {
  const run = { launch, stdin, heard: "stderr first", outputMaxBytes: null, end } as const;
  const ended = await runToEnd(run);
  if (ended.kind === "not-started") return { ok: false, reason: ended.error.message };
  const { exit, says } = ended;
  if (exit.code === 0) return { ok: true };
  return { ok: false, reason: `${describeExit({ ...exit, atMs: 0 })}${says}`, says };
}
