/** One run of a process that this program manages itself: from its spawn until nothing of its tree is left and all that
 *  it wrote was read. */

import type { RunId } from "../model/ids.ts";
import type { SpawnError } from "../model/inputs.ts";
import type { Launch } from "../model/spec.ts";
import { NO_INPUT } from "../platform/child-input.ts";
import { signalGroup } from "../platform/signals.ts";
import { bornIdentity, startChild } from "../platform/spawn.ts";
import type { Sweeper } from "../platform/sweep.ts";
import type { Clock, ObservedExit } from "../supervisor/ports.ts";
import type { OneRun, StreamName } from "./parts.ts";

export interface RunRequest {
  readonly runId: RunId;
  readonly launch: Launch;
  readonly clock: Clock;
  readonly sweeper: Sweeper;
  /** What is left of it, when it ends by itself, is given so long. */
  readonly graceMs: number;
  /** Told of what it writes, as it comes. */
  readonly hear: (stream: StreamName, text: string) => void;
}

const ENDS = { ...NO_INPUT, stdoutFd: "pipe", stderrFd: "pipe" } as const;

/** How long what is left in the pipes is waited for, once nobody of the tree is there. */
const DRAIN_MS = 500;

export function startRun(request: RunRequest): OneRun | SpawnError {
  const { runId, launch, clock, sweeper, hear } = request;
  const exited = Promise.withResolvers<ObservedExit>();
  const stuck = Promise.withResolvers<readonly number[]>();
  const started = startChild(launch, ENDS, exited.resolve, null);
  if (!started.ok) return started.error;
  const { pid, stdout, stderr } = started.child;
  const leader = bornIdentity(pid);
  const readers = [
    read(stdout, (text) => hear("stdout", text)),
    read(stderr, (text) => hear("stderr", text)),
  ];
  let killAtMonoMs = Number.POSITIVE_INFINITY;
  let hasExited = false;
  let cancelKill = (): void => {};

  const end = async (): Promise<ObservedExit> => {
    const exit = await exited.promise;
    hasExited = true;
    cancelKill();
    killAtMonoMs = Math.min(killAtMonoMs, clock.now().monoMs + request.graceMs);
    await sweeper.sweep({
      runId,
      leader,
      signal: "SIGTERM",
      // Looked at with each look of the sweep: somebody may ask for less meanwhile.
      get graceUntilMonoMs() {
        return killAtMonoMs;
      },
      onSurvivors: stuck.resolve,
    });
    await Promise.race([Promise.all(readers.map(({ done }) => done)), Bun.sleep(DRAIN_MS)]);
    for (const reader of readers) reader.cancel();
    return exit;
  };

  return {
    runId,
    leader,
    startedMonoMs: clock.now().monoMs,
    ended: end(),
    stuck: stuck.promise,
    stop(graceMs) {
      const isFirst = killAtMonoMs === Number.POSITIVE_INFINITY;
      killAtMonoMs = Math.min(killAtMonoMs, clock.now().monoMs + graceMs);
      if (hasExited) return;
      if (isFirst) {
        sweeper.remember(leader);
        signalGroup(leader, "SIGTERM");
      }
      cancelKill();
      cancelKill = clock.wakeAt(killAtMonoMs, () => signalGroup(leader, "SIGKILL"));
    },
  };
}

/** Until its end, or until it is cancelled; never rejects. */
function read(stream: unknown, hear: (text: string) => void) {
  if (!(stream instanceof ReadableStream)) return { done: Promise.resolve(), cancel() {} };
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  const take = (text: string): void => {
    if (text !== "") hear(text);
  };
  const all = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return take(decoder.decode());
      take(decoder.decode(value, { stream: true }));
    }
  };
  return {
    // Broken off: what came is what there is.
    done: all().catch(() => null),
    // It may be at its end already.
    cancel: () => void reader.cancel().catch(() => null),
  };
}
