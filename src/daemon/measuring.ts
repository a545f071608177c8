/** Measuring what processes use, put together: the gauge, who asks it when, and what is remembered. */

import { join } from "node:path";
import type { Input } from "../model/inputs.ts";
import type { World } from "../model/state.ts";
import type { Cgroups } from "../platform/cgroups.ts";
import { createGauge } from "../platform/gauge.ts";
import { createTreeReader } from "../platform/tree-reader.ts";
import type { Gauge } from "../supervisor/ports.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { Metering } from "./metering.ts";
import { readHistory, writeHistory } from "./use-history-file.ts";
import { UseHistory } from "./use-history.ts";

/** A daemon that is killed loses what was measured since. */
const WRITE_EVERY_MS = 10 * 60_000;

export interface Measuring {
  readonly gauge: Gauge;
  readonly history: UseHistory;
  readonly metering: Metering;
  /** What was measured is written down for the next daemon. */
  close(): void;
}

export interface MeasuringOptions {
  readonly home: string;
  readonly log: DaemonLog;
  readonly cgroups: Cgroups | null;
  /** Not asked before the daemon is put together. */
  readonly world: () => World;
  readonly submit: (input: Input) => Promise<void>;
}

export function openMeasuring({ home, log, cgroups, world, submit }: MeasuringOptions): Measuring {
  const path = join(home, "use-history");
  const history = new UseHistory();
  readHistory(path, history);
  const gauge = createGauge(createTreeReader(cgroups));
  const trouble = (what: string, error: unknown): void => log.trouble("metering", what, error);
  const metering = new Metering({
    gauge,
    history,
    world,
    submit: (input) => {
      // Refused when too many wait: the next measurement comes soon.
      Promise.try(() => submit(input)).catch((error: unknown) => trouble("cannot report", error));
    },
  });
  const write = (): void => {
    try {
      writeHistory(path, history);
    } catch (error) {
      trouble("cannot write down what was measured", error);
    }
  };
  const timer = setInterval(write, WRITE_EVERY_MS);
  return {
    gauge,
    history,
    metering,
    close() {
      clearInterval(timer);
      metering.close();
      write();
    },
  };
}
