/** What `ls --watch` and `stats --watch` show: on a terminal a screen that is drawn over, else the list anew at each change. */

import { constants } from "node:os";
import type { CommandContext } from "./command.ts";
import { canDraw, LiveScreen } from "./live-screen.ts";
import { writeAll } from "./output.ts";
import { whenReaderIsGone } from "./reader-gone.ts";
import { watchStatuses } from "./status-watch.ts";

export interface List<Row> {
  readonly look: () => Promise<readonly Row[]>;
  /** As text, for so many columns; null for as many as it takes. */
  readonly lines: (rows: readonly Row[], width: number | null) => readonly string[];
  /** How often there is something new without any event; null never, but for ages on a screen. */
  readonly everyMs: number | null;
}

export async function watchList<Row>(context: CommandContext, list: List<Row>): Promise<number> {
  return context.json || !canDraw(context.env) ? written(context, list) : drawn(context, list);
}

/** Ends when nobody reads it any more. */
async function written<Row>(context: CommandContext, list: List<Row>): Promise<number> {
  const { look, lines, everyMs } = list;
  const ended = new AbortController();
  await whenReaderIsGone(ended);
  const show = (rows: readonly Row[], trouble: string | null): void => {
    if (trouble !== null) context.say(trouble);
    else if (context.json) writeAll(1, `${JSON.stringify(rows)}\n`);
    else writeAll(1, `${lines(rows, null).join("\n")}\n\n`);
  };
  await watchStatuses(context, { look, show, everyMs }, ended.signal);
  return 0;
}

/** Ages are shown in seconds. */
const EVERY_MS = 1_000;

/** Ends with the signal that ended it, as a program does that knows nothing of signals. */
async function drawn<Row>(context: CommandContext, { look, lines }: List<Row>): Promise<number> {
  const screen = new LiveScreen();
  const ended = new AbortController();
  let code = 0;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      code = 128 + constants.signals[signal];
      ended.abort();
    });
  }
  holdStill(screen);
  const show = (rows: readonly Row[], trouble: string | null): void => {
    if (ended.signal.aborted) return;
    const below = trouble === null ? [] : ["", trouble];
    screen.draw((width) => [...lines(rows, width), ...below]);
  };
  try {
    await watchStatuses(context, { look, show, everyMs: EVERY_MS }, ended.signal);
  } finally {
    screen.close();
  }
  return code;
}

/** Ctrl-Z gives the terminal back, and `fg` takes it again. */
function holdStill(screen: LiveScreen): void {
  // Not SIGWINCH: when that comes Bun still knows the former size.
  process.stdout.on("resize", () => screen.refresh());
  process.on("SIGCONT", () => screen.resume());
  process.on("SIGTSTP", () => {
    screen.suspend();
    process.kill(process.pid, "SIGSTOP");
  });
}
