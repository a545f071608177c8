/** What follows the world and decides nothing in it: measuring, watching files, balancing, telling programs of their
 *  configuration. Each looks again after a commit; none has anything to be recovered. */

import type { RunChannels } from "../ipc/channels.ts";
import type { Input } from "../model/inputs.ts";
import type { World } from "../model/state.ts";
import type { Cgroups } from "../platform/cgroups.ts";
import { createWatcher } from "../platform/watcher/watcher.ts";
import type { Clock, PortKeeper } from "../supervisor/ports.ts";
import { openBalancing } from "./balancing.ts";
import { configTeller } from "./config-teller.ts";
import type { DaemonLog } from "./daemon-log.ts";
import { openMeasuring } from "./measuring.ts";
import { Watching } from "./watching.ts";

export interface FollowerOptions {
  readonly home: string;
  readonly log: DaemonLog;
  readonly clock: Clock;
  readonly cgroups: Cgroups | null;
  readonly channels: RunChannels;
  readonly portKeeper: PortKeeper;
  /** Of the daemon. */
  readonly socket: string;
  readonly world: () => World;
  readonly submit: (input: Input) => Promise<void>;
}

export function openFollowers(options: FollowerOptions) {
  const { clock, channels, world, submit } = options;
  const measuring = openMeasuring(options);
  const { gauge, history, metering } = measuring;
  const watching = new Watching({ world, watcher: createWatcher(), submit, clock });
  const balancing = openBalancing(options);
  const teller = configTeller(channels, world);
  return {
    gauge,
    balancer: balancing,
    context: { metering, history, watching, balancing },
    observers: [metering.observer, watching.observer, balancing.observer, teller],
    endings: [measuring, watching, balancing].map((it) => () => it.close()),
  };
}
