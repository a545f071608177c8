/** Runs that are reached by a shared port: the port is listened on before they start, and they are given no new
 *  connections before they are told to stop. */

import type { EffectOf } from "../model/effects.ts";
import type { InstanceId } from "../model/ids.ts";
import type { Input, SpawnError } from "../model/inputs.ts";

/** Passes connections on to instances that share a port. */
export interface Balancer {
  /** Resolves with null when the port is listened on, else with why it is not. */
  listening(instance: InstanceId): Promise<SpawnError | null>;
  /** It is given no new connections, for it is stopping. Resolves when that is so and nothing is under way to it, at the
   *  latest after `withinMs`. */
  withdraw(instance: InstanceId, withinMs: number): Promise<void>;
}

export class BalancedRuns {
  readonly #balancer: Balancer;
  readonly #submit: (input: Input) => void;
  #held = false;

  constructor(balancer: Balancer, submit: (input: Input) => void) {
    this.#balancer = balancer;
    this.#submit = submit;
  }

  /** What was to follow does not: the recovery of the next daemon does it. */
  hold(): void {
    this.#held = true;
  }

  /** Who connects as soon as it is ready is not to be refused. */
  async beforeStart(
    { instance, runId }: EffectOf<"spawn" | "find-or-spawn">,
    start: () => void,
  ): Promise<void> {
    const error = await this.#balancer.listening(instance);
    if (this.#held) return;
    if (error === null) return start();
    const report = { kind: "spawn-failed", error } as const;
    this.#submit({ kind: "run-reported", instance, runId, report });
  }

  beforeSignal({ instance, drainMs }: EffectOf<"signal">, signal: () => void): void {
    if (drainMs === undefined) return signal();
    void this.#balancer.withdraw(instance, drainMs).then(() => {
      if (!this.#held) signal();
    });
  }
}
