/** Pipes of runs that are over and that nobody has cleaned up after, because the machine was restarted or the registry
 *  lost; and of captures whose holder is gone, too. */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RunId } from "../model/ids.ts";
import type { World } from "../model/state.ts";
import { identityOf } from "../platform/identity.ts";
import { captureHolder } from "../model/capture-id.ts";

/** What holds them open goes on with them; only their names go. */
export function dropStalePipes(directory: string, { instances }: World): void {
  const present = new Set<RunId>(
    [...instances.values()].flatMap(({ state }) => ("run" in state ? state.run.id : [])),
  );
  for (const name of readdirSync(directory)) {
    const id = name.slice(0, name.indexOf("."));
    if (!present.has(id) && !isCaptured(id)) rmSync(join(directory, name), { force: true });
  }
}

function isCaptured(id: string): boolean {
  const holder = captureHolder(id);
  return holder !== null && identityOf(holder) !== null;
}
