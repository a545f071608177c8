/** What the core wants done, as data. The supervisor carries effects out, in order, after the commit. */

import type { Delivery } from "./alerts.ts";
import type { Confinement } from "./confinement.ts";
import type { InstanceId, RunId } from "./ids.ts";
import type { Leftover, ProcessIdentity } from "./inputs.ts";
import type { HealthProbe, ReadyProbe } from "./probe.ts";
import type { SideCommand } from "./side-command.ts";
import type { Launch, LogSpec } from "./spec.ts";
import type { Lease } from "./state.ts";

/** A command of the configuration, ready to be run. */
export interface HookRun {
  /** The key that has it. */
  readonly what: string;
  readonly launch: Launch;
  readonly timeoutMs: number;
  /** When it goes wrong, what comes after it does not happen, or the run has failed with it. */
  readonly isRequired: boolean;
}

/** How a run is asked to stop before it is signalled. */
export interface StopAsk {
  readonly overChannel: boolean;
  readonly command: HookRun | null;
  /** Until it is killed, from when it was asked. */
  readonly graceMs: number;
}

/** Replaces what the run was probed for before. */
interface ProbeEffect {
  readonly instance: InstanceId;
  readonly runId: RunId;
  readonly identity: ProcessIdentity;
  readonly launch: Launch;
}

export type Effect =
  | {
      readonly kind: "spawn";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly launch: Launch;
      /** Run before the process is. */
      readonly before: HookRun | null;
      readonly log: LogSpec;
      readonly pidFile: string | null;
      /** Look for a process that runs already first, and report it instead of spawning. */
      readonly adopt: boolean;
    }
  /** The intent of a spawn was found without its outcome: take the process over if it is there, else spawn. */
  | {
      readonly kind: "find-or-spawn";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly launch: Launch;
      /** Run before the process is. */
      readonly before: HookRun | null;
      readonly log: LogSpec;
      readonly pidFile: string | null;
      /** Look for a process that runs already first, and report it instead of spawning. */
      readonly adopt: boolean;
    }
  /** Watch a run of an earlier daemon, or one that ran before procman knew of it, and take its output up; report its
   *  end if it is gone. */
  | {
      readonly kind: "adopt";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly identity: ProcessIdentity;
      readonly log: LogSpec;
      readonly pidFile: string | null;
    }
  /** The run is the one of its instance from now on. */
  | {
      readonly kind: "name-run";
      readonly identity: ProcessIdentity;
      readonly pidFile: string;
    }
  /** The run's output is kept by other rules from now on. */
  | {
      readonly kind: "keep-output";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly log: LogSpec;
    }
  /** The run is held to that from now on; report `unconfined` when it cannot be. */
  | {
      readonly kind: "confine";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly identity: ProcessIdentity;
      readonly confinement: Confinement;
      /** What it was held to before; null: that is not known. */
      readonly before: Confinement | null;
      /** It was in force before: nothing is reported. */
      readonly isAgain: boolean;
    }
  /** To the process group of the run, followed by SIGCONT so that a stopped process hears it. */
  | {
      readonly kind: "signal";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly identity: ProcessIdentity;
      readonly signal: string;
      /** Run first; then `signalled` is reported. */
      readonly before: HookRun | null;
      /** Instead of the signal, which comes by an effect of its own if it is still wanted; `unasked` is reported when
       *  it could not be. */
      readonly ask: StopAsk | null;
      /** First no new connections are passed on to it, and those under way may come to their end within that time.
       *  Milliseconds. Absent: none are passed on to it. */
      readonly drainMs?: number;
    }
  /** End what is left of the tree, drain the output, then report `cleaned`. */
  | {
      readonly kind: "clean";
      readonly instance: InstanceId;
      readonly runId: RunId;
      readonly identity: ProcessIdentity;
      /** First sent to what is left; SIGKILL follows. */
      readonly signal: string;
      readonly graceUntilMonoMs: number;
      /** Run when nothing is left. */
      readonly after: HookRun | null;
      readonly pidFile: string | null;
    }
  /** End what is left of another run, then report `leftover-cleared`. */
  | {
      readonly kind: "clear-leftover";
      readonly instance: InstanceId;
      /** Of the run that cannot start before. */
      readonly runId: RunId;
      readonly leftover: Leftover;
      /** First sent to what is left; SIGKILL follows. */
      readonly signal: string;
      readonly graceUntilMonoMs: number;
    }
  /** Probe until all pass, then report `ready`, or until one has failed too often, then `never-ready`. */
  | (ProbeEffect & {
      readonly kind: "probe-ready";
      readonly probes: readonly ReadyProbe[];
      /** Another run of the instance is there, and may answer where this one is asked. Absent: none is. */
      readonly isBeside?: true;
    })
  /** Probe until told to stop, and report what matters as `probed`. */
  | (ProbeEffect & {
      readonly kind: "probe-health";
      readonly probes: readonly HealthProbe[];
      /** False: the run was probed before, by a daemon that is gone. */
      readonly anew: boolean;
    })
  /** Run a command of the configuration; report `command-failed` when it goes wrong. */
  | {
      readonly kind: "run-command";
      readonly instance: InstanceId;
      readonly runId: RunId | null;
      readonly command: HookRun;
      /** The id of a side command: it ends the one before of its kind, and `command-done` is reported however it ends
       *  by itself. Null: it is on its own from here on. */
      readonly side: string | null;
    }
  /** End the side command of that kind, if it is under way; nothing is reported of it any more. */
  | {
      readonly kind: "end-command";
      readonly instance: InstanceId;
      readonly what: SideCommand["what"];
    }
  /** End the hook before the start of a run, if it is under way; then report `spawn-failed` with ECANCELED. */
  | { readonly kind: "cancel-start"; readonly runId: RunId }
  /** Ready probes that have not passed report `probed-in-vain`. */
  | { readonly kind: "stop-probing"; readonly runId: RunId }
  /** Report `lease-ended` when the holder is gone. */
  | { readonly kind: "watch-lease"; readonly lease: Lease }
  /** Tell the receivers of an alert; report `notice-undelivered` for each that cannot be told. */
  | { readonly kind: "notify"; readonly delivery: Delivery };

export type EffectOf<K extends Effect["kind"]> = Extract<Effect, { kind: K }>;
