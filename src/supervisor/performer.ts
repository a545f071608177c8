/** Carries effects out: each becomes a call on the world, and what the world answers becomes an input. */

import type { Effect, HookRun } from "../model/effects.ts";
import { parseInstanceId, type InstanceId, type RunId } from "../model/ids.ts";
import type { Input, ProcessIdentity, RunReport, SpawnError } from "../model/inputs.ts";
import type { LogSpec } from "../model/spec.ts";
import { Commands } from "./commands.ts";
import { ExitHooks } from "./exit-hooks.ts";
import type {
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
  readonly run: RunCommand;
  readonly pidFiles: PidFiles;
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
  readonly #commands: Commands;
  readonly #exits = new ExitHooks();
  #identifyLast: (() => void) | null = null;
  #held = false;

  constructor(ports: PerformerPorts, submit: (input: Input) => void, trouble: ReportTrouble) {
    this.#ports = ports;
    this.#submit = submit;
    this.#trouble = trouble;
    this.#commands = new Commands(ports.clock, ports.run);
  }

  /** Nothing more is carried out: commands under way are ended, and what was to follow them does not. */
  hold(): void {
    this.#held = true;
    this.#commands.endAll();
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
        return this.#signal(effect);
      case "clean":
        void this.#clean(effect);
        return;
      case "probe":
        return this.#probe(effect);
      case "stop-probing":
        this.#commands.end(`${effect.runId} hooks.afterReady`);
        return this.#stopProbing(effect.runId);
      case "cancel-start":
        return this.#commands.end(`${effect.runId} start`);
      case "run-command":
        void this.#run(effect);
        return;
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
    const { instance, runId, launch, pidFile } = effect;
    const stranger = effect.adopt ? this.#ports.processes.findStranger(launch, pidFile) : null;
    if (stranger !== null) {
      this.#report(instance, runId, { kind: "stranger-found", identity: stranger });
      return;
    }
    if (effect.before !== null) {
      void this.#spawnAfter(effect, effect.before);
      return;
    }
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
    this.identifySpawned();
    if (outcome.ok) {
      this.#identifyLast = () => {
        const identity = outcome.identify();
        this.#writePid(pidFile, identity);
        this.#report(instance, runId, { kind: "spawned", identity, adopted: false });
      };
    } else {
      this.#report(instance, runId, { kind: "spawn-failed", error: outcome.error });
      this.#ports.output.drain(runId).catch((error: unknown) => {
        this.#trouble(`cannot close the output of ${instance}`, error);
      });
    }
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
    this.#writePid(pidFile, identity);
    this.#ports.output.resume(outputRun(effect));
    this.#ports.processes.watch(identity, (exit) => this.#exited(instance, runId, exit));
  }

  async #clean(effect: EffectOf<"clean">): Promise<void> {
    const { instance, runId, identity, signal, graceUntilMonoMs, pidFile } = effect;
    this.#commands.end(`${runId} stop`);
    this.#exits.begin(runId);
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
      await this.#exits.once(runId, () => this.#runAfter(effect));
      if (this.#held) return; // The recovery of the next daemon does it.
      this.#onPidFile(pidFile, (path) => this.#ports.pidFiles.remove(path, identity.pid));
      this.#report(instance, runId, { kind: "cleaned", killed });
    } catch (error) {
      this.#trouble(`cannot clean up after ${instance}`, error);
      const { clock } = this.#ports;
      clock.wakeAt(clock.now().monoMs + CLEAN_RETRY_MS, () => void this.#clean(effect));
    } finally {
      this.#exits.end(runId);
    }
  }

  /** `runId` names the run that it belongs to, and ends with. */
  async #run({ instance, runId, command }: EffectOf<"run-command">): Promise<void> {
    const end = await this.#commands.run(`${runId} ${command.what}`, command);
    if (end.kind === "failed") this.#tellFailed(instance, runId, command, end.reason);
  }

  #tellFailed(instance: InstanceId, runId: RunId | null, { what }: HookRun, reason: string): void {
    this.#submit({ kind: "command-failed", instance, runId, what, reason });
  }

  async #spawnAfter(effect: EffectOf<"spawn" | "find-or-spawn">, before: HookRun): Promise<void> {
    const { instance, runId } = effect;
    const end = await this.#commands.run(`${runId} start`, before);
    if (this.#held) return; // The recovery of the next daemon does it.
    const failed = (code: string, message: string): void => {
      const error = { code, message, transient: code === "EHOOK" };
      this.#report(instance, runId, { kind: "spawn-failed", error });
    };
    if (end.kind === "ended") return failed("ECANCELED", "it was called off");
    if (end.kind === "failed") {
      if (before.isRequired) return failed("EHOOK", `${before.what} ${end.reason}`);
      this.#tellFailed(instance, runId, before, end.reason);
    }
    this.#spawn({ ...effect, before: null });
    this.identifySpawned();
  }

  async #runAfter({ instance, runId, after }: EffectOf<"clean">): Promise<void> {
    if (after === null) return;
    const end = await this.#commands.run(`${runId} exit`, after);
    if (end.kind === "failed") this.#tellFailed(instance, runId, after, end.reason);
  }

  async #signalAfter(effect: EffectOf<"signal">, before: HookRun): Promise<void> {
    const { instance, runId } = effect;
    const end = await this.#commands.run(`${runId} stop`, before);
    if (end.kind === "ended" || this.#held) return;
    if (end.kind === "failed") this.#tellFailed(instance, runId, before, end.reason);
    this.#ports.processes.signalGroup(effect.identity, effect.signal);
    this.#report(instance, runId, { kind: "signalled" });
  }

  #signal(effect: EffectOf<"signal">): void {
    const { runId, identity, signal, before } = effect;
    this.#commands.end(`${runId} stop`);
    if (before !== null) void this.#signalAfter(effect, before);
    else this.#ports.processes.signalGroup(identity, signal);
  }

  #writePid(pidFile: string | null, { pid }: ProcessIdentity): void {
    this.#onPidFile(pidFile, (path) => this.#ports.pidFiles.write(path, pid));
  }

  /** No run ends, and none is held up, for want of one. */
  #onPidFile(pidFile: string | null, act: (path: string) => void): void {
    try {
      if (pidFile !== null) act(pidFile);
    } catch (error) {
      this.#trouble(`cannot keep the pid file ${pidFile}`, error);
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
