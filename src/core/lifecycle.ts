/** The life of an instance: one cell for each state and input, total by type. A cell moves the instance and says
 *  what is to be done; what follows for others is decided by the choreographer's handlers. */

import { impossible } from "../model/errors.ts";
import type { InstanceInput, InstanceInputKind } from "../model/inputs.ts";
import type { StateKind } from "../model/state.ts";
import { askKill, askRestart, askStop } from "./moves.ts";
import { depart, gone, keep, request, reset, retire, type Cell, type Context } from "./moves.ts";
import * as end from "./end-moves.ts";
import { noteChange } from "./file-changes.ts";
import { endSpoiled, leavingSpoiled, startSpoiled } from "./hook-failures.ts";
import { answered, probedInVain } from "./probing.ts";
import * as reload from "./reload-cells.ts";
import * as run from "./run-moves.ts";
import { askStart } from "./start-moves.ts";
import { overLimits } from "./watch-limits.ts";
import { growthSeen, measured } from "./watch-use.ts";

type Row<K extends StateKind> = { readonly [I in InstanceInputKind]: Cell<K, I> };
type Table = { readonly [K in StateKind]: Row<K> };

/** News of a run cannot reach an instance without one: the choreographer drops it before. */
const noRun = {
  spawned: keep,
  "stranger-found": keep,
  "spawn-failed": keep,
  "leftover-cleared": keep,
  ready: keep,
  "never-ready": keep,
  "probed-in-vain": keep,
  probed: keep,
  measured: keep,
  "growth-seen": keep,
  unconfined: keep,
  exited: keep,
  signalled: keep,
  unasked: keep,
  "survivors-seen": keep,
  "hook-failed": keep,
  cleaned: keep,
  "files-changed": keep,
} as const;

/** Nothing of it runs and nothing is waited for. */
const atRest = {
  ...noRun,
  "start-asked": askStart,
  "stop-asked": request("down"),
  "restart-asked": askStart,
  "reload-asked": askStart,
  "adopt-asked": run.askAdopt,
  "kill-asked": request("down"),
  "remove-asked": gone,
  "reset-asked": reset,
  "clock-moved": keep,
} as const;

/** Nothing of it runs, but it is to start by itself. */
const waiting = {
  ...noRun,
  "start-asked": askStart,
  "stop-asked": depart,
  "restart-asked": askStart,
  "reload-asked": askStart,
  "adopt-asked": run.askAdopt,
  "kill-asked": depart,
  "remove-asked": gone,
  "reset-asked": reset,
} as const;

/** A process of it runs and has not been told to end. */
const alive = {
  spawned: keep,
  "stranger-found": keep,
  "spawn-failed": keep,
  signalled: keep,
  unasked: keep,
  "leftover-cleared": keep,
  "never-ready": keep,
  "probed-in-vain": keep,
  probed: keep,
  measured: keep,
  "growth-seen": keep,
  unconfined: keep,
  "survivors-seen": keep,
  "hook-failed": keep,
  cleaned: keep,
  "files-changed": noteChange,
  exited: end.exited,
  "start-asked": request("up"),
  "stop-asked": askStop,
  "restart-asked": askRestart,
  "reload-asked": askRestart,
  "adopt-asked": keep,
  "kill-asked": askKill,
  "remove-asked": askStop,
  "reset-asked": reset,
} as const;

const table: Table = {
  pending: { ...waiting, "clock-moved": keep },
  backoff: { ...waiting, "files-changed": noteChange, "clock-moved": run.backoffOver },
  /** What its times do to it is no matter of its state: see `schedule.ts`. */
  scheduled: { ...waiting, "clock-moved": keep },
  spawning: {
    ...noRun,
    "files-changed": noteChange,
    spawned: run.spawned,
    "stranger-found": run.strangerFound,
    "spawn-failed": run.spawnFailed,
    "leftover-cleared": run.leftoverCleared,
    "start-asked": request("up"),
    "stop-asked": run.callOff("down"),
    "restart-asked": request("up"),
    "reload-asked": request("up"),
    "adopt-asked": keep,
    "kill-asked": run.callOff("down"),
    "remove-asked": run.callOff("gone"),
    "reset-asked": reset,
    "clock-moved": keep,
  },
  starting: {
    ...alive,
    ready: run.ready,
    "never-ready": run.neverReady,
    measured: ({ turn, instance }, values) => overLimits(turn, instance.id, values),
    unconfined: run.unconfined,
    "clock-moved": run.readinessOverdue,
  },
  running: {
    ...alive,
    "reload-asked": reload.askReload,
    ready: keep,
    probed: answered,
    "hook-failed": startSpoiled,
    measured,
    unconfined: run.unconfined,
    "growth-seen": growthSeen,
    "clock-moved": keep,
  },
  leaving: {
    ...alive,
    ready: keep,
    "start-asked": end.stay,
    "hook-failed": leavingSpoiled,
    "stop-asked": end.stopSooner,
    "remove-asked": retire,
    "clock-moved": keep,
  },
  stopping: {
    ...noRun,
    "files-changed": noteChange,
    "probed-in-vain": probedInVain,
    exited: end.exited,
    signalled: end.signalled,
    unasked: end.unasked,
    "hook-failed": endSpoiled,
    "start-asked": end.startAfterwards,
    "stop-asked": end.stopSooner,
    "restart-asked": end.startAfterwards,
    "reload-asked": end.startAfterwards,
    "adopt-asked": keep,
    "kill-asked": askKill,
    "remove-asked": end.stopSooner,
    "reset-asked": reset,
    "clock-moved": end.graceOver,
  },
  cleaning: {
    ...noRun,
    "files-changed": noteChange,
    "survivors-seen": end.survivorsSeen,
    "hook-failed": endSpoiled,
    cleaned: reload.cleaned,
    "start-asked": end.startAfterwards,
    "stop-asked": end.stopSooner,
    "restart-asked": end.startAfterwards,
    "reload-asked": end.startAfterwards,
    "adopt-asked": keep,
    "kill-asked": end.killRest,
    "remove-asked": end.stopSooner,
    "reset-asked": reset,
    "clock-moved": keep,
  },
  /** Never at rest: the restart policy answers in the same step. */
  exited: {
    ...noRun,
    "start-asked": neverAtRest,
    "stop-asked": neverAtRest,
    "restart-asked": neverAtRest,
    "reload-asked": neverAtRest,
    "adopt-asked": neverAtRest,
    "kill-asked": neverAtRest,
    "remove-asked": neverAtRest,
    "reset-asked": neverAtRest,
    "clock-moved": neverAtRest,
  },
  stopped: atRest,
  killed: atRest,
  completed: { ...atRest, "files-changed": noteChange },
  failed: { ...atRest, "files-changed": noteChange },
  skipped: atRest,
  suspended: { ...waiting, "clock-moved": keep },
};

/** Gives the input to the cell of the instance's present state. */
export function act(context: Context<StateKind>, input: InstanceInput): void {
  // The table pairs each state with its own cells; the compiler cannot follow that over two unions at once.
  const cell = table[context.state.kind][input.kind] as Cell<StateKind, InstanceInputKind>;
  cell(context, input);
}

function neverAtRest({ instance }: Context<StateKind>, input: InstanceInput): never {
  return impossible(`${instance.id} is at rest in state exited and got ${input.kind}`);
}
