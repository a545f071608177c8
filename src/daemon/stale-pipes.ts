/** Pipes of runs that are over and that nobody has cleaned up after: the machine was restarted, or the registry lost. */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { World } from "../model/state.ts";

/** What holds them open goes on with them; only their names go. */
export function dropStalePipes(directory: string, { instances }: World): void {
  const present = new Set(
    [...instances.values()].flatMap(({ state }) => ("run" in state ? state.run.id : [])),
  );
  for (const name of readdirSync(directory)) {
    const runId = name.slice(0, name.indexOf("."));
    if (!present.has(runId)) rmSync(join(directory, name), { force: true });
  }
}
