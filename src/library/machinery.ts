/** What a `ProcessManager` works with. Loaded with the first one that is made: whoever imports the library for something
 *  else, as every configuration does, would pay 10 ms for it. */

import type { RunId } from "../model/ids.ts";
import type { RestartSpec } from "../model/spec.ts";
import { createClock } from "../platform/clock.ts";
import { createGauge } from "../platform/gauge.ts";
import { Sweeper } from "../platform/sweep.ts";
import { createTreeReader } from "../platform/tree-reader.ts";
import type { Clock, Gauge } from "../supervisor/ports.ts";
import { Guard } from "./guard.ts";
import { ManagedProcess, type LifeListener } from "./managed-process.ts";
import { environmentFor, type CheckedConfig } from "./process-config.ts";

export interface Machinery {
  readonly clock: Clock;
  readonly gauge: Gauge;
  readonly guard: Guard;
  /** Its first run is there when this returns. */
  start(request: StartRequest): ManagedProcess;
}

export interface StartRequest {
  readonly id: string;
  readonly config: CheckedConfig;
  readonly restart: RestartSpec;
  readonly listener: LifeListener;
}

/** `graceMs`: for what is left of a process, or of the program. */
export function createMachinery(graceMs: number): Machinery {
  // Where procman runs this program, what that starts is within its run, so that it goes with it.
  const outerRun = process.env["PROCMAN_RUN_ID"] ?? null;
  const prefix = `${outerRun === null ? "" : `${outerRun}/`}${crypto.randomUUID()}/`;
  const clock = createClock();
  // No control groups: a program that uses a library does not expect to find any.
  const sweeper = new Sweeper(clock, null);
  let runs = 0;
  const nextRunId = (): RunId => {
    runs += 1;
    return `${prefix}${runs}`;
  };
  return {
    clock,
    gauge: createGauge(createTreeReader(null)),
    guard: new Guard({ prefix, graceMs, outerRun }),
    start({ id, config: { env, ...launch }, restart, listener }) {
      const nextRun = () => {
        const runId = nextRunId();
        const whole = { ...launch, env: environmentFor(env, runId) };
        return { runId, launch: whole, clock, sweeper, graceMs };
      };
      return new ManagedProcess({ id, restart, clock, listener, nextRun });
    },
  };
}
