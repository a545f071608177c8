/** What the daemon's operations work on. */

import type { Inputs } from "../platform/inputs.ts";
import type { RunChannels } from "../ipc/channels.ts";
import type { Ending } from "../transports/under-way.ts";
import type { Balancing } from "./balancing.ts";
import type { Captures } from "./captures.ts";
import type { Listening } from "./listening.ts";
import type { LogReaders } from "./log-reading/log-readers.ts";
import type { Metering } from "./metering.ts";
import type { Watching } from "./watching.ts";
import type { UseHistory } from "./use-history.ts";
import type { NextProgram } from "./hand-over.ts";
import type { PortAllotment } from "./port-allotment.ts";
import type { OutputPlane } from "../logs/plane.ts";
import type { Projects } from "./projects.ts";
import type { StatusReader } from "./status-reader.ts";
import type { Clock, Processes, Prober, Store } from "../supervisor/ports.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { ProcessNode } from "../protocol/shapes.ts";

export interface DaemonContext {
  readonly supervisor: Supervisor;
  readonly projects: Projects;
  readonly statuses: StatusReader;
  readonly store: Store;
  readonly clock: Clock;
  readonly processes: Processes;
  /** What runs read. */
  readonly inputs: Inputs;
  readonly output: OutputPlane;
  readonly prober: Prober;
  readonly channels: RunChannels;
  readonly captures: Captures;
  readonly logReaders: LogReaders;
  readonly listening: Listening;
  readonly metering: Metering;
  readonly watching: Watching;
  readonly balancing: Balancing;
  readonly history: UseHistory;
  readonly facts: DaemonFacts;
  readonly allotment: PortAllotment;
  /** Ends the daemon once the answer under way is out; another program may take its place. */
  readonly shutdown: (how: Ending, next?: NextProgram) => void;
  /** What the platform knows about the processes of a run. */
  readonly probeTree: (runId: RunId, leader: ProcessIdentity) => ProcessTree;
  /** To the group that the leader leads. */
  readonly sendSignal: (leader: ProcessIdentity, signal: string) => "sent" | "gone" | "refused";
  readonly identityOf: (pid: number) => ProcessIdentity | null;
}

export interface ProcessTree {
  readonly nodes: readonly ProcessNode[];
  /** TCP ports that its processes listen on. */
  readonly listening: readonly number[];
}

export interface DaemonFacts {
  readonly home: string;
  readonly identity: ProcessIdentity;
  readonly startedAtMs: number;
}
