/** Tells runs of changes of their definitions that they are not restarted for. */

import type { RunChannels } from "../ipc/channels.ts";
import type { ChangedProcess } from "../model/definition-changes.ts";
import type { JournalEvent } from "../model/events.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { World } from "../model/state.ts";
import type { Observer } from "../supervisor/ports.ts";

export function configTeller(
  channels: Pick<RunChannels, "tellConfig">,
  world: () => World,
): Observer {
  /** One command may be told of as several events: keys by `project/process`. */
  const changed = new Map<string, Set<string>>();
  const tell = (): void => {
    const { byProcess, instances } = world();
    for (const [process, keys] of changed) {
      for (const id of byProcess.get(process) ?? []) {
        const state = instances.get(id)?.state;
        if (state !== undefined && "run" in state) channels.tellConfig(state.run.id, [...keys]);
      }
    }
    changed.clear();
  };
  const note = (project: ProjectName, process: ProcessName, keys: readonly string[]): void => {
    if (changed.size === 0) queueMicrotask(tell);
    const name = `${project}/${process}`;
    changed.set(name, new Set([...(changed.get(name) ?? []), ...keys]));
  };
  return {
    name: "config-teller",
    observe({ type, project, process, data }: JournalEvent) {
      if (project === null) return;
      if (type === "scale.changed" && process !== null) note(project, process, ["instances"]);
      if (type !== "config.changed") return;
      // As `core/define.ts` tells it.
      for (const it of data["changed"] as readonly ChangedProcess[]) {
        if (!it.restarts) note(project, it.process, it.keys);
      }
    },
  };
}
