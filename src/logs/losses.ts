/** Counts what was thrown away of each instance's output, and tells of its beginning and its end. */

import { LOG_STREAMS, logPath } from "../logfile/paths.ts";
import type { InstanceId } from "../model/ids.ts";
import type { OutputRun } from "../supervisor/ports.ts";
import type { OutputOptions } from "./options.ts";
import type { Loss } from "./overflow.ts";

export class Losses {
  readonly #home: string;
  readonly #onDropped: OutputOptions["onDropped"];
  readonly #bytes = new Map<InstanceId, number>();

  constructor(home: string, onDropped: OutputOptions["onDropped"]) {
    this.#home = home;
    this.#onDropped = onDropped;
  }

  of(instance: InstanceId): number {
    return this.#bytes.get(instance) ?? 0;
  }

  add(run: OutputRun, log: string, { bytes, phase, totalBytes }: Loss): void {
    this.#bytes.set(run.instance, this.of(run.instance) + bytes);
    const stream = LOG_STREAMS.find((it) => logPath(this.#home, run, it) === log);
    if (phase === "going-on" || stream === undefined) return;
    this.#onDropped(run, { stream, bytes: totalBytes, isOver: phase === "ended" });
  }
}
