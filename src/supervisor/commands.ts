/** Commands of the configuration that are under way: each has an end, and can be ended early. */

import { formatDuration } from "../model/duration.ts";
import type { HookRun } from "../model/effects.ts";
import type { Clock, RunCommand } from "./ports.ts";

export type CommandEnd =
  | { readonly kind: "ok" }
  /** `reason` ends a sentence about the command. */
  | { readonly kind: "failed"; readonly reason: string }
  /** It was ended from here. */
  | { readonly kind: "ended" };

export class Commands {
  readonly #clock: Clock;
  readonly #run: RunCommand;
  readonly #underWay = new Map<string, AbortController>();

  constructor(clock: Clock, run: RunCommand) {
    this.#clock = clock;
    this.#run = run;
  }

  /** One command for each name: one that is under way by that name is ended. Never rejects. */
  async run(
    name: string,
    { launch, timeoutMs }: HookRun,
    isRunAgain: boolean,
  ): Promise<CommandEnd> {
    this.end(name);
    const early = new AbortController();
    const late = new AbortController();
    this.#underWay.set(name, early);
    const dueMonoMs = this.#clock.now().monoMs + timeoutMs;
    const cancel = this.#clock.wakeAt(dueMonoMs, () => late.abort());
    const end = AbortSignal.any([early.signal, late.signal]);
    const outcome = await this.#run({ launch, stdin: "", end, isRunAgain });
    cancel();
    if (this.#underWay.get(name) === early) this.#underWay.delete(name);
    if (early.signal.aborted) return { kind: "ended" };
    if (outcome.ok) return { kind: "ok" };
    const overdue = `did not end within ${formatDuration(timeoutMs)}, and was killed${outcome.says ?? ""}`;
    return { kind: "failed", reason: late.signal.aborted ? overdue : outcome.reason };
  }

  end(name: string): void {
    this.#underWay.get(name)?.abort();
    this.#underWay.delete(name);
  }

  endAll(): void {
    for (const name of this.#underWay.keys()) this.end(name);
  }
}
