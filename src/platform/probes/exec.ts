/** A probe that passes when a command exits with 0. It runs as the process itself would. */

import { formatDuration } from "../../model/duration.ts";
import { describeExit } from "../../model/exit.ts";
import type { ProbePace } from "../../model/probe.ts";
import type { Launch } from "../../model/spec.ts";
import type { CommandJournal } from "../command-journal.ts";
import { hiding, type Hide } from "../hiding.ts";
import { runToEnd } from "../run-to-end.ts";
import { failed, passed, type Attempt } from "./attempt.ts";

/** Of the command itself, where it is named. */
const COMMAND_CHARS = 60;
/** A check that says more than that is stopped. */
const OUTPUT_BYTES = 1024 * 1024;

export function execAttempt(
  argv: readonly string[],
  launch: Launch,
  { timeoutMs }: ProbePace,
  journal: CommandJournal | null,
): Attempt {
  const what = shown(argv, hiding(launch.env));
  const run = {
    launch: { ...launch, argv },
    stdin: "",
    heard: "both streams",
    outputMaxBytes: OUTPUT_BYTES,
    scratch: null,
    journal,
  } as const;
  return async (end) => {
    const ended = await runToEnd({ ...run, end });
    if (ended.kind === "not-started") {
      return failed(`${what} ${ended.error.message}`);
    }
    const { exit, says, wroteTooMuch } = ended;
    if (wroteTooMuch) return failed(`${what} wrote more than 1 MB and was stopped${says}`);
    if (end.aborted && exit.code === null) {
      return failed(`${what} did not end within ${formatDuration(timeoutMs)}${says}`);
    }
    if (exit.code === 0) return passed(`${what} exited with code 0`);
    return failed(`${what} ${describeExit({ ...exit, atMs: 0 })}${says}`);
  };
}

function shown(argv: readonly string[], hide: Hide): string {
  const isLine = argv.length === 3 && argv[1] === "-c";
  const text = hide((isLine ? argv[2] : argv.join(" ")) ?? "");
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > COMMAND_CHARS ? `'${line.slice(0, COMMAND_CHARS)}…'` : `'${line}'`;
}
