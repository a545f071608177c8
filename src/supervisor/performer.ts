/** Carries effects out: each becomes a call on the world, and what the world answers becomes an input. */

import type { Effect, EffectOf } from "../model/effects.ts";
import { parseInstanceId, type InstanceId, type RunId } from "../model/ids.ts";
import type { Input, ProcessIdentity, RunReport, SpawnError } from "../model/inputs.ts";
import type { LogSpec } from "../model/spec.ts";
import { BalancedRuns, type Balancer } from "./balanced-runs.ts";
import { HookRunner } from "./hook-runner.ts";
import { KeptPidFiles } from "./kept-pid-files.ts";
import { Probings } from "./probings.ts";
import type {
  Channels,
  Clock,
  Notifier,
  ObservedExit,
  Output,
  OutputEnds,
  OutputRun,
  PidFiles,
  Prober,
  Processes,
  RunCommand,
} from "./ports.ts";

export interface PerformerPorts {
  readonly clock: Clock;
  readonly processes: Processes;
  readonly output: Output;
  readonly prober: Prober;
  readonly notifier: Notifier;
  readonly channels: Channels;
  readonly balancer: Balancer;
  readonly run: RunCommand;
  readonly pidFiles: PidFiles;
}

/** Where trouble goes that no input can tell of. */
export type ReportTrouble = (what: string, error: unknown) => void;

/** After a sweep or a drain broke, it is tried again that much later. */
const CLEAN_RETRY_MS = 500;

export class Performer {
  readonly #ports: PerformerPorts;
  readonly #submit: (input: Input) => void;
  readonly #trouble: ReportTrouble;
  readonly #hooks: HookRunner;
  readonly #balanced: BalancedRuns;
  readonly #pidFiles: KeptPidFiles;
  readonly #probings: Probings;
  #identifyLast: (() => void) | null = null;

  constructor(ports: PerformerPorts, submit: (input: Input) => void, trouble: ReportTrouble) {
    this.#ports = ports;
    this.#submit = submit;
    this.#trouble = trouble;
    this.#hooks = new HookRunner(ports, submit);
    this.#balanced = new BalancedRuns(ports.balancer, submit);
    this.#pidFiles = new KeptPidFiles(ports.pidFiles, trouble);
    this.#probings = new Probings(ports.prober, (...report) => this.#report(...report));
  }

  /** Nothing more is carried out: commands under way are ended, and what was to follow them does not. */
  hold(): void {
    this.#hooks.hold();
    this.#balanced.hold();
  }

  perform(effect: Effect): void {
    switch (effect.kind) {
      case "spawn":
        return this.#spawn(effect);
      case "find-or-spawn":
        return this.#findOrSpawn(effect);
      case "adopt":
        return this.#adopt(effect, effect.identity);
      case "name-run":
        return this.#pidFiles.write(effect.pidFile, effect.identity);
      case "keep-output":
        return this.#ports.output.adjust(outputRun(effect));
      case "confine":
        return this.#confine(effect);
      case "signal":
        return this.#signal(effect);
      case "clean":
        void this.#clean(effect);
        return;
      case "clear-leftover":
        void this.#clearLeftover(effect);
        return;
      case "probe-ready":
        return this.#probings.ready(effect);
      case "probe-health":
        return this.#probings.health(effect);
      case "stop-probing":
        return this.#probings.stop(effect.runId);
      case "cancel-start":
        return this.#hooks.cancelStart(effect.runId);
      case "run-command":
        void this.#hooks.run(effect);
        return;
      case "end-command":
        return this.#hooks.endSide(effect);
      case "notify": {
        const { notice } = effect.delivery;
        return this.#ports.notifier.deliver(effect.delivery, (receiver, reason) => {
          this.#submit({ kind: "notice-undelivered", notice, receiver, reason });
        });
      }
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
    const { instance, runId, launch, pidFile, before } = effect;
    const stranger = effect.adopt ? this.#ports.processes.findStranger(launch, pidFile) : null;
    if (stranger !== null) {
      this.#report(instance, runId, { kind: "stranger-found", identity: stranger });
      return;
    }
    const spawn = (rest: typeof effect): void => {
      this.#spawn(rest);
      this.identifySpawned();
    };
    if (before !== null) {
      void this.#hooks.beforeStart(effect, before, () => spawn({ ...effect, before: null }));
      return;
    }
    const { isBalanced, ...listenedFor } = launch;
    if (isBalanced === true) {
      void this.#balanced.beforeStart(effect, () => spawn({ ...effect, launch: listenedFor }));
      return;
    }
    // Before its pipes are made: they would take what is left.
    const output = this.#ports.processes.shortage() ?? this.#openOutput(effect);
    if ("code" in output) {
      this.#report(instance, runId, { kind: "spawn-failed", error: output });
      return;
    }
    const { channels } = this.#ports;
    channels.begin({ instance, runId, isNew: true });
    const outcome = this.#ports.processes.spawn({
      runId,
      launch,
      output,
      onChannel: (fd) => channels.connect(runId, fd),
      onExit: (exit) => this.#exited(instance, runId, exit),
    });
    output.close();
    this.identifySpawned();
    if (outcome.ok) {
      this.#identifyLast = () => {
        const identity = outcome.identify();
        this.#pidFiles.write(pidFile, identity);
        this.#report(instance, runId, { kind: "spawned", identity, adopted: false });
      };
    } else {
      void this.#notSpawned(effect, outcome.error);
    }
  }

  /** Told when nothing is left of the attempt: it may be spawned again under the same id. */
  async #notSpawned(
    { instance, runId }: EffectOf<"spawn" | "find-or-spawn">,
    error: SpawnError,
  ): Promise<void> {
    try {
      await Promise.all([this.#ports.output.drain(runId), this.#ports.channels.end(runId)]);
    } catch (trouble) {
      this.#trouble(`cannot close the output of ${instance}`, trouble);
    }
    this.#report(instance, runId, { kind: "spawn-failed", error });
  }

  /** Reports the process that was spawned last, if that has not been done; to be called when all effects are carried
   *  out. Linux answers questions about a process slowly while its program is being loaded (measured: 0.3 ms, else
   *  0.02), so each is asked about after the next one was spawned. */
  identifySpawned(): void {
    const identify = this.#identifyLast;
    this.#identifyLast = null;
    identify?.();
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
    effect: { instance: InstanceId; runId: RunId; log: LogSpec; pidFile: string | null },
    identity: ProcessIdentity,
  ): void {
    const { instance, runId, pidFile } = effect;
    this.#pidFiles.write(pidFile, identity);
    this.#ports.output.resume(outputRun(effect));
    this.#ports.channels.begin({ instance, runId, isNew: false });
    this.#ports.processes.watch(identity, (exit) => this.#exited(instance, runId, exit));
  }

  async #clean(effect: EffectOf<"clean">): Promise<void> {
    const { instance, runId, identity, signal, graceUntilMonoMs, pidFile } = effect;
    const afterExit = this.#hooks.leaving(runId);
    try {
      const swept = this.#ports.processes.sweep({
        runId,
        leader: identity,
        signal,
        graceUntilMonoMs,
        onSurvivors: (pids) => this.#report(instance, runId, { kind: "survivors-seen", pids }),
      });
      const { killed } = await swept;
      await Promise.all([this.#ports.output.drain(runId), this.#ports.channels.end(runId)]);
      await afterExit.run(effect);
      if (this.#hooks.isHeld) return; // The recovery of the next daemon does it.
      this.#pidFiles.remove(pidFile, identity);
      this.#report(instance, runId, { kind: "cleaned", killed });
    } catch (error) {
      this.#trouble(`cannot clean up after ${instance}`, error);
      const { clock } = this.#ports;
      clock.wakeAt(clock.now().monoMs + CLEAN_RETRY_MS, () => void this.#clean(effect));
    } finally {
      afterExit.end();
    }
  }

  #confine(effect: EffectOf<"confine">): void {
    const { instance, runId, identity, confinement, before, isAgain } = effect;
    const why = this.#ports.processes.confine(runId, identity, { confinement, before });
    if (why === null || isAgain) return;
    this.#trouble(`cannot hold ${instance} to its limits while it runs`, why);
    this.#report(instance, runId, { kind: "unconfined", reason: why });
  }

  #signal(effect: EffectOf<"signal">): void {
    const { identity, signal, ask, runId } = effect;
    const send = (): void => {
      if (ask === null) return this.#ports.processes.signalGroup(identity, signal);
      const { channels, clock } = this.#ports;
      const killedAtMs = clock.now().wallMs + ask.graceMs;
      const isTold = ask.overChannel && channels.askToStop(runId, killedAtMs);
      this.#hooks.askToStop(effect, ask.command, isTold);
    };
    this.#hooks.beforeSignal(effect, () => this.#balanced.beforeSignal(effect, send));
  }

  async #clearLeftover(effect: EffectOf<"clear-leftover">): Promise<void> {
    const { instance, runId, leftover, signal, graceUntilMonoMs } = effect;
    try {
      const leader = leftover.listener;
      const onSurvivors = (pids: readonly number[]): void =>
        this.#trouble(`what holds the port of ${instance} does not end`, pids);
      const sweep = { runId: leftover.runId, leader, signal, graceUntilMonoMs, onSurvivors };
      await this.#ports.processes.sweep(sweep);
    } catch (error) {
      this.#trouble(`cannot clear the port of ${instance}`, error);
    }
    // Also when it could not be: the port is looked at again.
    this.#report(instance, runId, { kind: "leftover-cleared" });
  }

  #exited(instance: InstanceId, runId: RunId, exit: ObservedExit): void {
    const { clock, processes } = this.#ports;
    // One that went well may have lost a child to that, and did not mind.
    const oomKilled = exit.oomKilled || (exit.code !== 0 && processes.ranOutOfMemory(runId));
    const seen = { ...exit, oomKilled, atMs: clock.now().wallMs };
    this.#report(instance, runId, { kind: "exited", exit: seen });
  }

  #report(instance: InstanceId, runId: RunId, report: RunReport): void {
    this.#submit({ kind: "run-reported", instance, runId, report });
  }
}

function outputRun(effect: { instance: InstanceId; runId: RunId; log: LogSpec }): OutputRun {
  const { instance, runId, log } = effect;
  return { instance, runId, log, ...parseInstanceId(instance) };
}
