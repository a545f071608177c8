/** Runs a command for procman itself, from its start to its end. It leads a group of its own, which goes with it: when it
 *  is ended, and also when it went well. */

import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import type { ObservedExit } from "../supervisor/ports.ts";
import { NO_INPUT } from "./child-input.ts";
import type { CommandJournal } from "./command-journal.ts";
import { CommandOutput, type OutputRules } from "./command-output.ts";
import { hiding } from "./hiding.ts";
import { signalPid } from "./signals.ts";
import { startChild } from "./spawn.ts";

export interface CommandRun extends OutputRules {
  readonly launch: Launch;
  readonly stdin: string;
  /** Then it is killed, with all that it started. */
  readonly end: AbortSignal;
  /** Where it is noted, so that it does not outlive the daemon; null: it goes on without. */
  readonly journal: CommandJournal | null;
}

export type CommandRunEnd =
  | { readonly kind: "not-started"; readonly error: SpawnError }
  | {
      readonly kind: "ended";
      readonly exit: ObservedExit;
      /** `: ` and what it wrote last; empty when it wrote nothing. */
      readonly says: string;
      readonly wroteTooMuch: boolean;
    };

/** Never rejects; resolves when nothing of the group is left. */
export async function runToEnd(run: CommandRun): Promise<CommandRunEnd> {
  const { launch, stdin, end } = run;
  const { promise: exited, resolve } = Promise.withResolvers<ObservedExit>();
  let kill = (): void => {};
  const output = new CommandOutput(run, () => kill());
  const stdinFd = stdin === "" ? NO_INPUT.stdinFd : new Blob([stdin]);
  const started = startChild(launch, { ...NO_INPUT, stdinFd, ...output.ends }, resolve, null);
  const hide = hiding(launch.env);
  if (!started.ok) {
    await output.finish(hide);
    return { kind: "not-started", error: started.error };
  }
  const { pid } = started.child;
  const over = run.journal?.begin(pid);
  kill = () => signalPid(-pid, "SIGKILL");
  end.addEventListener("abort", kill, { once: true });
  if (end.aborted) kill();
  output.begin(started.child);
  const exit = await exited;
  end.removeEventListener("abort", kill);
  kill();
  over?.();
  const said = await output.finish(hide);
  const says = said === "" ? "" : `: ${said}`;
  return { kind: "ended", exit, says, wroteTooMuch: output.isTooMuch };
}
