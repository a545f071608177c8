/** For commands that need a project and found nothing: outside of one they say what to do. */

import { fail } from "../model/errors.ts";
import type { CommandContext } from "./command.ts";

/** Throws NO_PROJECT unless the directory has a configuration or a project was named. */
export function requireProject({ place, directory }: CommandContext): void {
  if (place.exact || place.project !== null) return;
  fail(
    "NO_PROJECT",
    `Cannot find a project: there is no procman configuration in ${directory} or above it`,
    "Change to a project's directory, name a project with -p, or see all with --all.",
  );
}
