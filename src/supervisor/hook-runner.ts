/** Runs the hooks of runs: what they come before waits for them, unless they are called off. */

import type { EffectOf, HookRun } from "../model/effects.ts";
import type { InstanceId, RunId } from "../model/ids.ts";
import type { Input } from "../model/inputs.ts";
import { Commands } from "./commands.ts";
import { ExitHooks } from "./exit-hooks.ts";
import type { Clock, RunCommand } from "./ports.ts";

export class HookRunner {
  readonly #submit: (input: Input) => void;
  readonly #commands: Commands;
  readonly #exits = new ExitHooks();
  /** Runs that are being asked to stop. */
  readonly #asking = new Map<RunId, Promise<void>>();
  #held = false;

  constructor(
    { clock, run }: { readonly clock: Clock; readonly run: RunCommand },
    submit: (input: Input) => void,
  ) {
    this.#commands = new Commands(clock, run);
    this.#submit = submit;
  }

  /** Those under way are ended, and what was to follow them does not. */
  hold(): void {
    this.#held = true;
    this.#commands.endAll();
  }

  get isHeld(): boolean {
    return this.#held;
  }

  /** Nothing waits for it. Those of an instance that are of a kind replace each other, whatever run they came of. */
  async run({ instance, runId, command, side }: EffectOf<"run-command">): Promise<void> {
    const { what } = command;
    const name = side === null ? `${instance} ${runId} ${what}` : `${instance} ${what}`;
    const end = await this.#commands.run(name, command, side !== null);
    if (end.kind === "ended") return;
    if (side !== null) this.#submit({ kind: "command-done", instance, side });
    if (end.kind === "failed") this.#tellFailed(instance, runId, command, end.reason);
  }

  endSide({ instance, what }: EffectOf<"end-command">): void {
    this.#commands.end(`${instance} ${what}`);
  }

  async beforeStart(
    { instance, runId }: EffectOf<"spawn" | "find-or-spawn">,
    hook: HookRun,
    start: () => void,
  ): Promise<void> {
    const end = await this.#commands.run(`${runId} start`, hook, true);
    if (this.#held) return; // The recovery of the next daemon does it.
    const failed = (code: string, message: string): void => {
      const error = { code, message, transient: code === "EHOOK" };
      const report = { kind: "spawn-failed", error } as const;
      this.#submit({ kind: "run-reported", instance, runId, report });
    };
    if (end.kind === "ended") return failed("ECANCELED", "it was called off");
    if (end.kind === "failed") {
      if (hook.isRequired) return failed("EHOOK", `${hook.what} ${end.reason}`);
      this.#tellFailed(instance, runId, hook, end.reason);
    }
    start();
  }

  cancelStart(runId: RunId): void {
    this.#commands.end(`${runId} start`);
  }

  /** A signal that comes while another waits for its hook goes before it, and calls that one off. */
  beforeSignal(
    { instance, runId, before, signal: name }: EffectOf<"signal">,
    signal: () => void,
  ): void {
    this.#endBeforeStop(runId);
    // Who kills does not ask any more.
    if (name === "SIGKILL") this.#commands.end(`${runId} ask`);
    if (before === null) return signal();
    const signalAfter = async (): Promise<void> => {
      const end = await this.#commands.run(`${runId} stop`, before, false);
      if (end.kind === "ended" || this.#held) return;
      if (end.kind === "failed") this.#tellFailed(instance, runId, before, end.reason);
      signal();
      this.#submit({ kind: "run-reported", instance, runId, report: { kind: "signalled" } });
    };
    void signalAfter();
  }

  /** `isTold`: the run was asked in another way, too. The command goes on when the run has gone meanwhile; its end is
   *  waited for before what comes after the run. */
  askToStop(effect: EffectOf<"signal">, command: HookRun | null, isTold: boolean): void {
    const { runId } = effect;
    const asking = this.#ask(effect, command, isTold).finally(() => {
      if (this.#asking.get(runId) === asking) this.#asking.delete(runId);
    });
    this.#asking.set(runId, asking);
  }

  async #ask(
    { instance, runId }: EffectOf<"signal">,
    command: HookRun | null,
    isTold: boolean,
  ): Promise<void> {
    const end = command === null ? null : await this.#commands.run(`${runId} ask`, command, true);
    if (end?.kind === "ended" || this.#held) return;
    if (command !== null && end?.kind === "failed") {
      this.#tellFailed(instance, runId, command, end.reason);
    }
    if (isTold || end?.kind === "ok") return;
    this.#submit({ kind: "run-reported", instance, runId, report: { kind: "unasked" } });
  }

  /** A run is being cleaned up after: `run` does what is to be done when nothing is left of it, once for all cleanings
   *  that go on at the same time; `end` when one of them is over. */
  leaving(runId: RunId) {
    this.#endBeforeStop(runId);
    this.#exits.begin(runId);
    return {
      run: (effect: EffectOf<"clean">) => this.#exits.once(runId, () => this.#afterExit(effect)),
      end: () => this.#exits.end(runId),
    };
  }

  #endBeforeStop(runId: RunId): void {
    this.#commands.end(`${runId} stop`);
  }

  async #afterExit({ instance, runId, after }: EffectOf<"clean">): Promise<void> {
    await this.#asking.get(runId);
    if (this.#held) return; // As `beforeStart`.
    if (after === null) return;
    const end = await this.#commands.run(`${runId} exit`, after, true);
    if (end.kind === "failed") this.#tellFailed(instance, runId, after, end.reason);
  }

  #tellFailed(
    instance: InstanceId,
    runId: RunId | null,
    { what, isRequired }: HookRun,
    reason: string,
  ): void {
    const required = isRequired ? ({ isRequired } as const) : {};
    this.#submit({ kind: "command-failed", instance, runId, what, reason, ...required });
  }
}
