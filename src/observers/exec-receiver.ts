/** The receiver `exec`: a command that is given an alert's notice, as JSON on its standard input. */

import type { Notice } from "../model/alerts.ts";
import { formatDuration } from "../model/duration.ts";
import type { Launch } from "../model/spec.ts";
import type { RunCommand } from "../supervisor/ports.ts";

export interface CommandTelling {
  readonly run: RunCommand;
  readonly launch: Launch;
  readonly notice: Notice;
  readonly timeoutMs: number;
  readonly end: AbortSignal;
}

/** Null when the command ended with 0, else what became of it. */
export async function tellCommand(telling: CommandTelling): Promise<string | null> {
  const { run, launch, notice, timeoutMs, end } = telling;
  const late = AbortSignal.timeout(timeoutMs);
  const stdin = `${JSON.stringify(notice)}\n`;
  const outcome = await run({ launch, stdin, end: AbortSignal.any([end, late]) });
  if (late.aborted) return `did not end within ${formatDuration(timeoutMs)}, and was killed`;
  return outcome.ok ? null : outcome.reason;
}
