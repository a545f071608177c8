/** Carries effects out: each becomes a call on the world, and what the world answers becomes an input. */

import type { Effect } from "../model/effects.ts";
import { parseInstanceId, type InstanceId, type RunId } from "../model/ids.ts";
import type { Input, ProcessIdentity, RunReport, SpawnError } from "../model/inputs.ts";
import type { LogSpec } from "../model/spec.ts";
import type {
  Clock,
  ObservedExit,
  Output,
  OutputEnds,
  OutputRun,
  Prober,
  Processes,
} from "./ports.ts";

export interface PerformerPorts {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly output: Output;
  readonly prober: Prober;
}

/** Where trouble goes that no input can tell of. */
export type ReportTrouble = (what: string, error: unknown) => void;

type EffectOf<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;

/** After a sweep or a drain broke, it is tried again that much later. */
const CLEAN_RETRY_MS = 500;

export class Performer {
  readonly #ports: PerformerPorts;
  readonly #submit: (input: Input) => void;
  readonly #trouble: ReportTrouble;
  readonly #probing = new Map<RunId, () => void>();

  constructor(ports: PerformerPorts, submit: (input: Input) => void, trouble: ReportTrouble) {
    this.#ports = ports;
    this.#submit = submit;
    this.#trouble = trouble;
  }

  perform(effect: Effect): void {
    switch (effect.kind) {
      case "spawn":
        return this.#spawn(effect);
      case "find-or-spawn":
        return this.#findOrSpawn(effect);
      case "adopt":
        return this.#adopt(effect, effect.identity);
      case "signal":
        return this.#ports.processes.signalGroup(effect.identity, effect.signal);
      case "clean":
        void this.#clean(effect);
        return;
      case "probe":
        return this.#probe(effect);
      case "stop-probing":
        return this.#stopProbing(effect.runId);
      case "watch-lease": {
        const { id, pid, startTicks } = effect.lease;
        this.#ports.processes.watch({ pid, startTicks }, () => {
          this.#submit({ kind: "lease-ended", lease: id });
        });
        return;
      }
    }
  }

  #spawn(effect: EffectOf<"spawn" | "find-or-spawn">): void {
    const { instance, runId, launch } = effect;
    const output = this.#openOutput(effect);
    if ("code" in output) {
      this.#report(instance, runId, { kind: "spawn-failed", error: output });
      return;
    }
    const outcome = this.#ports.processes.spawn({
      runId,
      launch,
      output,
      onExit: (exit) => this.#exited(instance, runId, exit),
    });
    output.close();
    if (outcome.ok) {
      const { identity } = outcome;
      this.#report(instance, runId, { kind: "spawned", identity, adopted: false });
    } else {
      this.#report(instance, runId, { kind: "spawn-failed", error: outcome.error });
      this.#ports.output.drain(runId).catch((error: unknown) => {
        this.#trouble(`cannot close the output of ${instance}`, error);
      });
    }
  }

  #openOutput(effect: {
    instance: InstanceId;
    runId: RunId;
    log: LogSpec;
  }): OutputEnds | SpawnError {
    try {
      return this.#ports.output.open(outputRun(effect));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
      const cause = error instanceof Error ? error.message : String(error);
      return { code, message: `its output cannot be captured: ${cause}`, transient: true };
    }
  }

  #findOrSpawn(effect: EffectOf<"find-or-spawn">): void {
    const { instance, runId } = effect;
    const identity = this.#ports.processes.findLeader(runId);
    if (identity === null) return this.#spawn(effect);
    this.#report(instance, runId, { kind: "spawned", identity, adopted: true });
    this.#adopt(effect, identity);
  }

  #adopt(
    effect: { instance: InstanceId; runId: RunId; log: LogSpec },
    identity: ProcessIdentity,
  ): void {
    const { instance, runId } = effect;
    this.#ports.output.resume(outputRun(effect));
    this.#ports.processes.watch(identity, (exit) => this.#exited(instance, runId, exit));
  }

  async #clean(effect: EffectOf<"clean">): Promise<void> {
    const { instance, runId, identity, signal, graceUntilMonoMs } = effect;
    try {
      const swept = this.#ports.processes.sweep({
        runId,
        leader: identity,
        signal,
        graceUntilMonoMs,
        onSurvivors: (pids) => this.#report(instance, runId, { kind: "survivors-seen", pids }),
      });
      const { killed } = await swept;
      await this.#ports.output.drain(runId);
      this.#report(instance, runId, { kind: "cleaned", killed });
    } catch (error) {
      this.#trouble(`cannot clean up after ${instance}`, error);
      const { clock } = this.#ports;
      clock.wakeAt(clock.now().monoMs + CLEAN_RETRY_MS, () => void this.#clean(effect));
    }
  }

  #probe({ instance, runId, identity, probes, launch }: EffectOf<"probe">): void {
    this.#stopProbing(runId);
    const cancel = this.#ports.prober.start(probes, launch, identity, () => {
      this.#probing.delete(runId);
      this.#report(instance, runId, { kind: "ready" });
    });
    this.#probing.set(runId, cancel);
  }

  #stopProbing(runId: RunId): void {
    this.#probing.get(runId)?.();
    this.#probing.delete(runId);
  }

  #exited(instance: InstanceId, runId: RunId, exit: ObservedExit): void {
    const atMs = this.#ports.clock.now().wallMs;
    this.#report(instance, runId, { kind: "exited", exit: { ...exit, atMs } });
  }

  #report(instance: InstanceId, runId: RunId, report: RunReport): void {
    this.#submit({ kind: "run-reported", instance, runId, report });
  }
}

function outputRun(effect: { instance: InstanceId; runId: RunId; log: LogSpec }): OutputRun {
  const { instance, runId, log } = effect;
  return { instance, runId, log, ...parseInstanceId(instance) };
}
