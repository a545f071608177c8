/** Who watches files: follows from the world, and is looked at again whenever something is told of an instance. So nothing
 *  of it has to be recovered, and who watches nothing costs nothing. */

import { isSameValue } from "../core/definition-changes.ts";
import { isWatchedIn } from "../core/file-changes.ts";
import { definitionOf } from "../model/definition-of.ts";
import type { JournalEvent } from "../model/events.ts";
import type { InstanceId } from "../model/ids.ts";
import type { Input } from "../model/inputs.ts";
import { pidFileOf } from "../model/pid-file.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, Project, World } from "../model/state.ts";
import type { WatchReport, WatchRequest } from "../model/watch.ts";
import type { Clock, Observer, Watch, Watcher } from "../supervisor/ports.ts";

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
  readonly #armed = new Map<InstanceId, Armed>();
  #isClosed = false;

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  /** What an instance watches by now; null when it watches nothing. */
  report(id: InstanceId): WatchReport | null {
    return this.#armed.get(id)?.watch.report() ?? null;
  }

  /** What cannot be watched, or not at once, by instance. */
  limits(): readonly string[] {
    return [...this.#armed].flatMap(([id, { watch }]) => {
      const { limited } = watch.report();
      return limited === null ? [] : `${id}: ${limited}`;
    });
  }

  /** Looks at all there is. */
  begin(): void {
    for (const id of this.#options.world().instances.keys()) this.#consider(id);
  }

  close(): void {
    this.#isClosed = true;
    for (const { watch } of this.#armed.values()) watch.stop();
    this.#armed.clear();
  }

  #heard({ type, instanceId, project }: JournalEvent): void {
    if (type === "config.changed") {
      for (const it of this.#options.world().instances.values()) {
        if (it.project === project) this.#consider(it.id);
      }
    } else if (instanceId !== null && type.startsWith("process.")) this.#consider(instanceId);
  }

  #consider(id: InstanceId): void {
    if (this.#isClosed) return;
    const world = this.#options.world();
    const instance = world.instances.get(id);
    const isWatched = instance !== undefined && isWatchedIn(world, instance);
    const armed = this.#armed.get(id);
    if (armed === undefined && !isWatched) return;
    const wanted = isWatched ? wantedBy(world, instance) : null;
    if (armed !== undefined && isSameValue(armed.wanted, wanted)) return;
    armed?.watch.stop();
    this.#armed.delete(id);
    if (wanted === null || instance === undefined) return;
    const request = { ...wanted, sinceMs: seenAtMs(instance, this.#options.clock.now().wallMs) };
    const watch = this.#options.watcher.watch(request, {
      changed: (files) => void this.#bring({ kind: "files-changed", instance: id, ...files }),
      limited: (reason) => this.#limited(instance, reason),
    });
    this.#armed.set(id, { wanted, watch });
  }

  #limited({ id, project, process, index }: Instance, reason: string | null): void {
    if (reason === null) return;
    const subject = { project, process, instance: index, instanceId: id, runId: null };
    const fact = { type: "watch.limited", ...subject, data: { reason } } as const;
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

function wantedBy(world: World, instance: Instance): Wanted | null {
  const project = world.projects.get(instance.project);
  const spec = definitionOf(project, instance.process);
  if (project === undefined || spec?.watch === undefined) return null;
  const { paths, include, exclude } = spec.watch;
  const never = [world.home, ...allSpecs(project).flatMap(writtenBy)].toSorted();
  return { paths, include, exclude, directory: spec.cwd, never };
}

/** What has changed since then its run has not seen, and nothing has come of it. */
function seenAtMs({ state, launched, sinceMs, streak, change }: Instance, nowMs: number): number {
  // What comes of one that is noted is still to come, and sees all of them.
  if (change !== undefined) return nowMs;
  // What is to start sees all that is there.
  if (state.kind === "pending" || launched === undefined) return sinceMs;
  const isActedOn = streak !== undefined && streak.actedMonoMs > launched.monoMs;
  return isActedOn ? streak.actedAtMs : launched.wallMs;
}

function allSpecs({ spec, retired }: Project): ProcessSpec[] {
  return [...Object.values(spec.processes), ...Object.values(retired)];
}

/** What procman writes for a process. */
function writtenBy(spec: ProcessSpec): string[] {
  const pidFiles = Array.from({ length: spec.instances }, (_, at) => pidFileOf(spec, at + 1));
  return [spec.log.file, ...pidFiles].filter((it) => it !== null);
}
