/** Pipes that commands are captured from: `cmd | procman capture NAME`. What comes goes the way of all output. It is kept
 *  as that of instance 0, which no process has, so it never gets into the files of one.
 *
 *  Nothing of it is in the registry: the holder of a pipe asks each new daemon again, and the pipe stays meanwhile. */

import { CAPTURED_INDEX, logPath, type LogOwner, type LogStream } from "../logfile/paths.ts";
import type { OutputPlane } from "../logs/plane.ts";
import type { KeptLog } from "../logs/retention.ts";
import { fail } from "../model/errors.ts";
import { instanceId, type RunId } from "../model/ids.ts";
import type { ProcessIdentity } from "../model/inputs.ts";
import type { LogSpec } from "../model/spec.ts";
import type { CaptureInput } from "../protocol/capture.ts";
import type { OutputRun, Processes } from "../supervisor/ports.ts";
import type { DaemonLog } from "./daemon-log.ts";

/** As for processes, but that a pipe waits: whoever writes to one expects that nothing is lost. */
export const CAPTURE_LOG: LogSpec = {
  maxSizeBytes: 10_000_000,
  maxFiles: 5,
  maxAgeMs: null,
  compress: true,
  onFull: "block",
  file: null,
};

interface Live {
  readonly run: OutputRun;
  readonly stream: LogStream;
  readonly holder: ProcessIdentity;
  readonly unwatch: () => void;
  /** What was lost of its log before it began. */
  readonly droppedBefore: number;
}

export interface CapturesOptions {
  readonly home: string;
  readonly output: OutputPlane;
  readonly processes: Pick<Processes, "watch">;
  readonly identityOf: (pid: number) => ProcessIdentity | null;
  readonly log: DaemonLog;
}

export class Captures {
  readonly #options: CapturesOptions;
  readonly #live = new Map<RunId, Live>();

  constructor(options: CapturesOptions) {
    this.#options = options;
  }

  /** The path of its pipe. */
  begin(input: CaptureInput): string {
    const { output } = this.#options;
    const { runId, stream } = input;
    const known = this.#live.get(runId);
    if (known !== undefined) return output.capture(known.run, known.stream);
    this.#refuseDouble(input);
    const run = runOf(input);
    const holder = this.#options.identityOf(input.holder.pid);
    if (holder === null) {
      return fail("INVALID_PARAMETER", `Cannot capture for pid ${input.holder.pid}: it is gone`);
    }
    const droppedBefore = output.droppedBytes(run.instance);
    const pipe = openPipe(output, run, stream);
    const unwatch = this.#options.processes.watch(holder, () => void this.#abandoned(runId));
    this.#live.set(runId, { run, stream, holder, unwatch, droppedBefore });
    return pipe;
  }

  /** Keeps what is in the pipe and removes it. The number of bytes that were lost since it began. */
  async end(input: CaptureInput): Promise<number> {
    this.begin(input);
    return this.#end(input.runId);
  }

  /** The logs that are being written, which are never too old. */
  keptLogs(): KeptLog[] {
    return [...this.#live.values()].map(({ run, stream }) => ({
      log: logPath(this.#options.home, run, stream),
      maxFiles: run.log.maxFiles,
      maxAgeMs: run.log.maxAgeMs,
    }));
  }

  async #end(runId: RunId): Promise<number> {
    const live = this.#live.get(runId);
    if (live === undefined) return 0;
    const { output } = this.#options;
    live.unwatch();
    await output.drain(runId);
    this.#live.delete(runId);
    return output.droppedBytes(live.run.instance) - live.droppedBefore;
  }

  async #abandoned(runId: RunId): Promise<void> {
    try {
      await this.#end(runId);
    } catch (error) {
      this.#options.log.trouble("logs", `cannot end the capture ${runId}`, error);
    }
  }

  #refuseDouble({ project, name, stream }: CaptureInput): void {
    const other = [...this.#live.values()].find(
      ({ run, stream: its }) => run.project === project && run.process === name && its === stream,
    );
    if (other === undefined) return;
    fail(
      "NAME_TAKEN",
      `Cannot capture ${stream} of ${project}/${name}: pid ${other.holder.pid} does already`,
      "Choose another name, or the other --stream.",
    );
  }
}

function openPipe(output: OutputPlane, run: OutputRun, stream: LogStream): string {
  try {
    return output.capture(run, stream);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    return fail("COMMAND_FAILED", `Cannot capture ${run.project}/${run.process}: ${cause}`);
  }
}

function runOf({ project, name, runId }: CaptureInput): OutputRun {
  const owner: LogOwner = { project, process: name, index: CAPTURED_INDEX };
  return { ...owner, instance: instanceId(project, name, CAPTURED_INDEX), runId, log: CAPTURE_LOG };
}
