/** Who watches files: follows from the world, and is looked at again whenever something is told of a process. So nothing of
 *  it has to be recovered, and a process that watches nothing costs nothing. */

import { isWatchedIn } from "../core/file-changes.ts";
import { isSameValue } from "../core/definition-changes.ts";
import { processKey } from "../core/turn.ts";
import { definitionOf } from "../model/definition-of.ts";
import type { JournalEvent } from "../model/events.ts";
import type { ProcessName, ProjectName } from "../model/ids.ts";
import type { Input } from "../model/inputs.ts";
import { pidFileOf } from "../model/pid-file.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, Project, World } from "../model/state.ts";
import type { ChangedFiles } from "../model/watch.ts";
import type {
  Clock,
  Observer,
  Watch,
  Watcher,
  WatchReport,
  WatchRequest,
} from "../supervisor/ports.ts";

export interface WatchingOptions {
  readonly world: () => World;
  readonly watcher: Watcher;
  readonly submit: (input: Input) => Promise<void>;
  readonly clock: Pick<Clock, "now" | "wakeAt">;
}

/** What could not be taken in is brought again that much later: a change is not to be lost. */
const RETRY_MS = 500;

type Wanted = Omit<WatchRequest, "sinceMs">;

interface Armed {
  readonly wanted: Wanted;
  readonly watch: Watch;
}

export class Watching {
  readonly observer: Observer = { name: "watching", observe: (event) => this.#heard(event) };
  readonly #options: WatchingOptions;
  readonly #armed = new Map<string, Armed>();
  #isClosed = false;

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  /** What a process watches by now; null when it watches nothing. */
  report(project: ProjectName, process: ProcessName): WatchReport | null {
    return this.#armed.get(processKey(project, process))?.watch.report() ?? null;
  }

  /** What cannot be watched, or not at once, by process. */
  limits(): readonly string[] {
    return [...this.#armed].flatMap(([key, { watch }]) => {
      const { limited } = watch.report();
      return limited === null ? [] : `${key}: ${limited}`;
    });
  }

  /** Looks at all there is. */
  begin(): void {
    for (const project of this.#options.world().projects.values()) this.#considerAll(project);
  }

  close(): void {
    this.#isClosed = true;
    for (const { watch } of this.#armed.values()) watch.stop();
    this.#armed.clear();
  }

  #heard({ type, project: name, process }: JournalEvent): void {
    if (name === null) return;
    const project = this.#options.world().projects.get(name);
    if (process === null || project === undefined) {
      if (type === "config.changed" && project !== undefined) this.#considerAll(project);
      return;
    }
    const isAbout = type.startsWith("process.") || type === "scale.changed";
    const isArmed = this.#armed.has(processKey(name, process));
    if (isAbout && (isArmed || definitionOf(project, process)?.watch !== undefined)) {
      this.#consider(project, process);
    }
  }

  #considerAll(project: Project): void {
    const { name } = project.spec;
    for (const { name: process } of allSpecs(project)) {
      const isArmed = this.#armed.has(processKey(name, process));
      if (isArmed || definitionOf(project, process)?.watch !== undefined) {
        this.#consider(project, process);
      }
    }
  }

  #consider(project: Project, process: ProcessName): void {
    const { name } = project.spec;
    const key = processKey(name, process);
    const armed = this.#armed.get(key);
    const watching = this.#watching(project, process);
    const wanted = watching.length === 0 ? null : this.#wantedBy(project, process);
    if (armed !== undefined && wanted !== null && isSameValue(armed.wanted, wanted)) return;
    armed?.watch.stop();
    this.#armed.delete(key);
    if (wanted === null) return;
    const sinceMs = Math.min(...watching.map(seenAtMs));
    const about: Named = { project: name, process };
    const watch = this.#options.watcher.watch(
      { ...wanted, sinceMs },
      {
        changed: (files) => this.#changed(about, files),
        limited: (reason) => this.#limited(about, reason),
      },
    );
    this.#armed.set(key, { wanted, watch });
  }

  #watching(project: Project, process: ProcessName): Instance[] {
    const world = this.#options.world();
    const ids = world.byProcess.get(processKey(project.spec.name, process)) ?? [];
    const instances = [...ids].flatMap((id) => world.instances.get(id) ?? []);
    return instances.filter((it) => isWatchedIn(world, it));
  }

  #wantedBy(project: Project, process: ProcessName): Wanted | null {
    const spec = definitionOf(project, process);
    if (spec?.watch === undefined) return null;
    const { paths, include, exclude } = spec.watch;
    const own = allSpecs(project).flatMap(writtenBy);
    const never = [this.#options.world().home, ...own].toSorted();
    return { paths, include, exclude, directory: spec.cwd, never };
  }

  #changed(about: Named, files: ChangedFiles): void {
    void this.#bring({ kind: "files-changed", ...about, ...files });
  }

  #limited(about: Named, reason: string | null): void {
    if (reason === null) return;
    const nobody = { instance: null, instanceId: null, runId: null };
    const fact = { type: "watch.limited", ...about, ...nobody, data: { reason } } as const;
    void this.#bring({ kind: "facts-observed", facts: [fact] });
  }

  async #bring(input: Input): Promise<void> {
    while (!this.#isClosed) {
      try {
        return await this.#options.submit(input);
      } catch {
        // Too many wait, or the disk is full: that is told elsewhere.
        const { clock } = this.#options;
        const atMonoMs = clock.now().monoMs + RETRY_MS;
        await new Promise<void>((resolve) => clock.wakeAt(atMonoMs, resolve));
      }
    }
  }
}

interface Named {
  readonly project: ProjectName;
  readonly process: ProcessName;
}

/** What has changed since then its run has not seen, and nothing has come of it. */
function seenAtMs({ lastRun, sinceMs, streak }: Instance): number {
  return Math.max(lastRun?.startedAtMs ?? sinceMs, streak?.actedAtMs ?? 0);
}

function allSpecs({ spec, retired }: Project): ProcessSpec[] {
  return [...Object.values(spec.processes), ...Object.values(retired)];
}

/** What procman writes for a process. */
function writtenBy(spec: ProcessSpec): string[] {
  const pidFiles = Array.from({ length: spec.instances }, (_, at) => pidFileOf(spec, at + 1));
  return [spec.log.file, ...pidFiles].filter((it) => it !== null);
}
