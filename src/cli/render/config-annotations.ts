/** Faults of a configuration in the log of a GitHub Actions workflow: each an annotation at its file and line, so that a
 *  pull request shows it beside what was written. */

import { relative } from "node:path";
import { ProcmanError, type Problem } from "../../model/errors.ts";
import { annotation } from "./workflow-commands.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** One line for each fault that has a place in a configuration; none for other errors. */
export function configAnnotations(error: unknown, env: Environment): string[] {
  if (!(error instanceof ProcmanError)) return [];
  const { details } = error.problem;
  const { problems = [error.problem] } = details as { readonly problems?: readonly Problem[] };
  return problems
    .filter((problem) => typeof problem.details["source"] === "string")
    .map((problem) => annotationOf(problem, env));
}

function annotationOf({ message, hint, details }: Problem, env: Environment): string {
  const { file, line, column } = details as {
    readonly file: string | null;
    readonly line: number | null;
    readonly column?: number;
  };
  const text = hint === null ? message : `${message}\n${hint}`;
  const place = {
    file: file === null ? null : fromWorkspace(file, env["GITHUB_WORKSPACE"]),
    line,
    column: column ?? null,
  };
  return annotation("error", "procman configuration", text, place);
}

/** Places are shown in the files of a change when they are named from the root of the repository. */
function fromWorkspace(file: string, workspace = ""): string {
  const path = workspace === "" ? file : relative(workspace, file);
  return path.startsWith("..") ? file : path;
}
