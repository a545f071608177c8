/** What a `ProcessManager` works with. Loaded with the first one that is made: whoever imports the library for something
 *  else, as every configuration does, would pay 10 ms for it. */

import type { RunId } from "../model/ids.ts";
import { createClock } from "../platform/clock.ts";
import { createGauge } from "../platform/gauge.ts";
import { Sweeper } from "../platform/sweep.ts";
import { createTreeReader } from "../platform/tree-reader.ts";
import { Guard } from "./guard.ts";
import { ManagedProcess } from "./managed-process.ts";
import type { Machinery } from "./parts.ts";
import { environmentFor } from "./process-config.ts";

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
