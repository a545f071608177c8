/** In-place restart: the same pid goes on with a new program, so its children stay its children. */

import { execInPlace } from "../platform/exec-in-place.ts";
import type { DaemonOptions } from "./options.ts";

/** A command, to which the home is added. */
export type NextProgram = readonly string[];

/** The program that this one was started from, as it is on disk now. */
export function sameProgram(): NextProgram {
  return [process.execPath, "--config=/dev/null", "--no-env-file", Bun.main];
}

/** Does not return. The lock is never let go of in between. */
export function handOver({ home }: DaemonOptions, next: NextProgram): never {
  return execInPlace([...next, "--home", home, "--in-place"], process.env);
}
