/** In-place restart: the same pid goes on with a new program, so its children stay its children. */

import { execInPlace } from "../platform/exec-in-place.ts";
import type { DaemonOptions } from "./options.ts";

/** The command of the program that is on disk now. */
export function nextProgram(): string[] {
  return [process.execPath, "--config=/dev/null", "--no-env-file", Bun.main];
}

/** Does not return. The lock is never let go of in between. */
export function handOver({ home }: DaemonOptions): never {
  const command = [...nextProgram(), "--home", home, "--in-place"];
  return execInPlace(command, process.env);
}
