/** Reads logs for those who ask the daemon for them, off its main thread: however much there is, and however long a
 *  regular expression takes. */

import { problem, ProcmanError, type Problem } from "../../model/errors.ts";
import type { ReaderAnswer, ReaderCommand } from "./messages.ts";
import { pagesOf } from "./pages.ts";

interface Reading {
  readonly pages: AsyncGenerator<string>;
  readonly closing: AbortController;
}

const readings = new Map<number, Reading>();

addEventListener("message", ({ data: command }: MessageEvent<ReaderCommand>) => {
  switch (command.kind) {
    case "open": {
      const closing = new AbortController();
      readings.set(command.id, { pages: pagesOf(command.request, closing.signal), closing });
      return;
    }
    case "next":
      void next(command.id);
      return;
    case "close":
      void close(command.id);
      return;
    case "ping":
      answer({ kind: "pong" });
  }
});

async function next(id: number): Promise<void> {
  try {
    const found = await readings.get(id)?.pages.next();
    answer({
      kind: "page",
      id,
      page: found === undefined || found.done === true ? null : found.value,
    });
  } catch (error) {
    answer({
      kind: "trouble",
      id,
      trouble: error instanceof ProcmanError ? error.problem : unreadable(error),
    });
  }
}

async function close(id: number): Promise<void> {
  const reading = readings.get(id);
  readings.delete(id);
  reading?.closing.abort();
  try {
    await reading?.pages.return(null);
  } catch {
    // It had failed: whoever reads was told.
  }
}

function unreadable(error: unknown): Problem {
  const why = error instanceof Error ? error.message : String(error);
  return problem("COMMAND_FAILED", `Cannot read the logs: ${why}`);
}

function answer(given: ReaderAnswer): void {
  postMessage(given);
}
