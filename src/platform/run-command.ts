/** Runs a command for procman itself: something on its standard input, an end, and its last words. */

import { describeExit } from "../model/exit.ts";
import type { CommandOutcome, CommandRequest, ObservedExit } from "../supervisor/ports.ts";
import { signalPid } from "./signals.ts";
import { startChild } from "./spawn.ts";

/** Kept of the end of what it writes to stderr. Bytes. */
const LAST_WORDS_BYTES = 2_000;

/** A program that left the group may hold the pipe open after everything else has gone. */
const DRAIN_MS = 200;

export async function runCommand({ launch, stdin, end }: CommandRequest): Promise<CommandOutcome> {
  const { promise: exited, resolve } = Promise.withResolvers<ObservedExit>();
  const ends = {
    stdinFd: new Blob([stdin]),
    terminal: null,
    stdoutFd: "ignore",
    stderrFd: "pipe",
  } as const;
  const started = startChild(launch, ends, resolve, null);
  if (!started.ok) return { ok: false, reason: started.error.message };
  const { pid, stderr } = started.child;
  const words = stderr instanceof ReadableStream ? lastWords(stderr) : null;
  // The command leads a group: what it started goes with it, also when it went well.
  const kill = (): void => signalPid(-pid, "SIGKILL");
  end.addEventListener("abort", kill, { once: true });
  if (end.aborted) kill();
  const exit = await exited;
  end.removeEventListener("abort", kill);
  kill();
  const said = (await words?.(DRAIN_MS)) ?? "";
  if (exit.code === 0) return { ok: true };
  const what = describeExit({ ...exit, atMs: 0 });
  return { ok: false, reason: said === "" ? what : `${what}: ${said}` };
}

/** Reads on and keeps the end; the last line of it when asked, within a bound. */
function lastWords(stream: ReadableStream<Uint8Array>): (withinMs: number) => Promise<string> {
  let kept = new Uint8Array();
  const reader = stream.getReader();
  const read = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      kept = Buffer.concat([kept, value]).subarray(-LAST_WORDS_BYTES);
    }
  };
  const reading = read().catch(() => {
    // A pipe that breaks has said what it had to say.
  });
  return async (withinMs) => {
    await Promise.race([reading, Bun.sleep(withinMs)]);
    void reader.cancel().catch(() => {
      // It has ended meanwhile.
    });
    return new TextDecoder().decode(kept).trim().split("\n").at(-1)?.trim() ?? "";
  };
}
