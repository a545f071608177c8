/** What a former daemon has left of pipes: of runs that go on, and of runs that are over and that nobody has cleaned up
 *  after, because the machine was restarted or the registry lost; and of captures whose holder is gone, too. */

import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { RunId } from "../model/ids.ts";
import { runsOf } from "../model/runs-of.ts";
import type { World } from "../model/state.ts";
import { identityOf } from "../platform/identity.ts";
import { captureHolder } from "../model/capture-id.ts";

/** Output; and what holds it, which is dealt with by its name. */
const OUTPUT = /\.(?:out|err)$/;
const HOLDER = /\.holder$/;

/** Removes the stale ones; what holds them open goes on with them, only their names go. The pipes with output of the
 *  others, by their runs. */
export function dropStalePipes(directory: string, { instances }: World): Map<RunId, string[]> {
  const present = new Set<RunId>([...instances.values()].flatMap(runsOf).map(({ id }) => id));
  const left = new Map<RunId, string[]>();
  for (const name of readdirSync(directory)) {
    const id = name.slice(0, name.indexOf("."));
    const path = join(directory, name);
    if (present.has(id)) {
      if (OUTPUT.test(name)) left.set(id, [...(left.get(id) ?? []), path]);
    } else if (!HOLDER.test(name) && !isCaptured(id)) rmSync(path, { force: true });
  }
  return left;
}

function isCaptured(id: string): boolean {
  const holder = captureHolder(id);
  return holder !== null && identityOf(holder) !== null;
}
