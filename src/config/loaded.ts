/** What was loaded, for callers that cannot go on without it. */

import { fail, problem, ProcmanError, type Problem } from "../model/errors.ts";
import type { LoadedProject, LoadResult } from "./load.ts";

/** Throws all of its problems as one. */
export function loadedOrThrow(result: LoadResult): LoadedProject {
  if (result.ok) return result.project;
  throw new ProcmanError(asOne(result.problems));
}

/** An editor may be writing the file: nobody means to have everything taken away. */
export function requireProcesses({ processes, files }: LoadedProject["spec"]): void {
  if (Object.keys(processes).length > 0) return;
  const hint = "They belong under `processes`. 'procman down' stops and forgets all there were.";
  fail("CONFIG_INVALID", `Cannot use ${files.join(", ")}: it has no processes`, hint);
}

function asOne(problems: readonly Problem[]): Problem {
  const [first, ...more] = problems;
  if (first === undefined) throw new Error("a configuration failed without a problem");
  if (more.length === 0) return first;
  const lines = problems.map(({ message, hint }) =>
    hint === null ? message : `${message}\n    ${hint}`,
  );
  return problem(
    first.code,
    `Cannot use the configuration: ${problems.length} problems`,
    lines.join("\n  "),
    { problems },
  );
}
