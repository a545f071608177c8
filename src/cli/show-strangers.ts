/** What `port` and `orphans` have found, or ended. */

import type { Stranger } from "../protocol/strangers.ts";
import type { CommandContext } from "./command.ts";
import { strangersTable } from "./render/strangers.ts";

interface Said {
  readonly wereEnded: boolean;
  /** For people, when there are none. */
  readonly none: string;
}

export function showStrangers(
  { json, print, say }: CommandContext,
  found: readonly Stranger[],
  { wereEnded, none }: Said,
): void {
  if (json) print(JSON.stringify(found));
  else if (found.length === 0) say(none);
  else if (wereEnded) for (const { pid, endedBy } of found) say(`pid ${pid} ended (${endedBy})`);
  else for (const line of strangersTable(found)) print(line);
}
