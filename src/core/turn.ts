/** One step under way: the world as it was, under what the step has changed so far. */

import type { Alert, AlertKey } from "../model/alerts.ts";
import { type Enforceable, NOTHING_ENFORCEABLE } from "../model/confinement.ts";
import { impossible } from "../model/errors.ts";
import type { Effect } from "../model/effects.ts";
import type { Fact, EventType } from "../model/events.ts";
import type { InstanceId, ProcessName, ProjectName, RunId } from "../model/ids.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Changes, Instance, Lease, Project, World } from "../model/state.ts";
import type { Calendar, Instant } from "../model/time.ts";
import { definitionOf } from "../model/definition-of.ts";

export class Turn {
  readonly now: Instant;
  readonly calendar: Calendar;
  /** Effects asked for, in order. */
  readonly effects: Effect[] = [];
  /** Facts told, in order. */
  readonly facts: Fact[] = [];
  readonly #world: World;
  readonly #instances = new Map<InstanceId, Instance | null>();
  readonly #projects = new Map<ProjectName, Project | null>();
  readonly #leases = new Map<string, Lease | null>();
  readonly #alerts = new Map<AlertKey, Alert | null>();
  readonly #byProcess = new Map<string, Set<InstanceId>>();
  #nextRun: number;
  #chance: number;

  /** `chance`, at least 0 and less than 1, seeds all that the step leaves to chance. */
  constructor(world: World, now: Instant, chance: number, calendar: Calendar) {
    this.calendar = calendar;
    this.#world = world;
    this.#nextRun = world.nextRun;
    this.#chance = Math.floor(chance * 2 ** 32);
    this.now = now;
  }

  get home(): string {
    return this.#world.home;
  }

  get childSocket(): string | null {
    return this.#world.childSocket ?? null;
  }

  /** What this machine lets procman limit. */
  get enforceable(): Enforceable {
    return this.#world.enforceable ?? NOTHING_ENFORCEABLE;
  }

  get homeId(): string {
    return this.#world.homeId;
  }

  changes(): Changes {
    return {
      instances: this.#instances,
      projects: this.#projects,
      leases: this.#leases,
      alerts: this.#alerts,
      nextRun: this.#nextRun,
    };
  }

  instance(id: InstanceId): Instance | undefined {
    const changed = this.#instances.get(id);
    return changed === undefined ? this.#world.instances.get(id) : (changed ?? undefined);
  }

  /** As it was when the step began. */
  asFound(id: InstanceId): Instance | undefined {
    return this.#world.instances.get(id);
  }

  /** Every instance of a process, those on their way out included. */
  instancesOf(project: ProjectName, process: ProcessName): Instance[] {
    const found: Instance[] = [];
    for (const id of this.#idsOf(project, process)) {
      const instance = this.instance(id);
      if (instance !== undefined) found.push(instance);
    }
    return found;
  }

  /** True when the process has an instance at all. */
  hasInstances(project: ProjectName, process: ProcessName): boolean {
    return this.#idsOf(project, process).size > 0;
  }

  /** Those that the step has changed so far, and those of projects that it has changed. */
  touchedInstances(): Instance[] {
    const ids = new Set(this.#instances.keys());
    if (this.#projects.size > 0) {
      for (const { id, project } of this.allInstances())
        if (this.#projects.has(project)) ids.add(id);
    }
    return [...ids].flatMap((id) => this.instance(id) ?? []);
  }

  /** As they were found, those that the step has removed so far. */
  removedInstances(): Instance[] {
    return [...this.#instances].flatMap(([id, it]) =>
      it === null ? (this.asFound(id) ?? []) : [],
    );
  }

  allInstances(): Instance[] {
    const ids = new Set([...this.#world.instances.keys(), ...this.#instances.keys()]);
    return [...ids].flatMap((id) => this.instance(id) ?? []);
  }

  project(name: ProjectName): Project | undefined {
    const changed = this.#projects.get(name);
    return changed === undefined ? this.#world.projects.get(name) : (changed ?? undefined);
  }

  /** As it was when the step began. */
  projectBefore(name: ProjectName): Project | undefined {
    return this.#world.projects.get(name);
  }

  allProjects(): Project[] {
    const names = new Set([...this.#world.projects.keys(), ...this.#projects.keys()]);
    return [...names].flatMap((name) => this.project(name) ?? []);
  }

  projectOf(instance: Pick<Instance, "project">): Project {
    return this.project(instance.project) ?? impossible(`${instance.project} is no project`);
  }

  specOf(instance: Instance): ProcessSpec {
    const found = definitionOf(this.projectOf(instance), instance.process);
    return found ?? impossible(`${instance.id} has no definition`);
  }

  leases(): Lease[] {
    const ids = new Set([...this.#world.leases.keys(), ...this.#leases.keys()]);
    return [...ids].flatMap((id) => this.lease(id) ?? []);
  }

  lease(id: string): Lease | undefined {
    const changed = this.#leases.get(id);
    return changed === undefined ? this.#world.leases.get(id) : (changed ?? undefined);
  }

  alert(key: AlertKey): Alert | undefined {
    const changed = this.#alerts.get(key);
    return changed === undefined ? this.#world.alerts.get(key) : (changed ?? undefined);
  }

  allAlerts(): Alert[] {
    const keys = new Set([...this.#world.alerts.keys(), ...this.#alerts.keys()]);
    return [...keys].flatMap((key) => this.alert(key) ?? []);
  }

  /** What has a role is put beside the instance that it belongs to; what stands beside that is its own affair, and runs
   *  are counted together: whoever puts an instance as he has found it undoes nothing. */
  putInstance(instance: Instance): void {
    const known = this.instance(instance.id);
    if (known === undefined) {
      this.#ownIds(instance.project, instance.process).add(instance.id);
      this.#instances.set(instance.id, instance);
      return;
    }
    const generation = Math.max(known.generation, instance.generation);
    if (instance.role !== undefined) {
      this.#instances.set(instance.id, { ...known, generation, beside: instance });
    } else if (known.beside === instance.beside && generation === instance.generation) {
      this.#instances.set(instance.id, instance);
    } else {
      const { beside: _, ...own } = instance;
      const pair = known.beside === undefined ? {} : { beside: known.beside };
      this.#instances.set(instance.id, { ...own, generation, ...pair });
    }
  }

  /** Nothing is beside it any more. */
  dropBeside(id: InstanceId): void {
    const known = this.instance(id);
    if (known?.beside === undefined) return;
    const { beside: _, ...alone } = known;
    this.#instances.set(id, alone);
  }

  removeInstance(instance: Instance): void {
    this.#ownIds(instance.project, instance.process).delete(instance.id);
    this.#instances.set(instance.id, null);
  }

  putProject(project: Project): void {
    this.#projects.set(project.spec.name, project);
  }

  removeProject(name: ProjectName): void {
    this.#projects.set(name, null);
  }

  putLease(lease: Lease): void {
    this.#leases.set(lease.id, lease);
  }

  removeLease(id: string): void {
    this.#leases.set(id, null);
  }

  putAlert(alert: Alert): void {
    this.#alerts.set(alert.key, alert);
  }

  removeAlert(key: AlertKey): void {
    this.#alerts.set(key, null);
  }

  perform(effect: Effect): void {
    this.effects.push(effect);
  }

  tell(fact: Fact): void {
    this.facts.push(fact);
  }

  tellOf(
    instance: Instance,
    type: EventType,
    runId: RunId | null,
    data: Readonly<Record<string, unknown>> = {},
  ): void {
    const { id, project, process, index, role } = instance;
    // What becomes of a run beside another is none of its own, but that it is there.
    if (role !== undefined && !TOLD_BESIDE.has(type)) return;
    const known = role === undefined ? data : { ...data, beside: role };
    this.tell({ type, project, process, instance: index, instanceId: id, runId, data: known });
  }

  takeRunId(): RunId {
    return `${this.#world.homeId}-${this.#takeNumber()}`;
  }

  takeSideCommandId(): string {
    return `${this.#world.homeId}-command-${this.#takeNumber()}`;
  }

  takeAlertId(): string {
    return `${this.#world.homeId}-alert-${this.#takeNumber()}`;
  }

  #takeNumber(): string {
    const number = this.#nextRun;
    this.#nextRun += 1;
    return number.toString(36);
  }

  isRunOfHome(runId: RunId): boolean {
    return runId.startsWith(`${this.#world.homeId}-`);
  }

  /** The next number left to chance: at least 0, less than 1 (mulberry32). */
  chance(): number {
    this.#chance = (this.#chance + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#chance ^ (this.#chance >>> 15), 1 | this.#chance);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  }

  #idsOf(project: ProjectName, process: ProcessName): ReadonlySet<InstanceId> {
    const key = processKey(project, process);
    return this.#byProcess.get(key) ?? this.#world.byProcess.get(key) ?? NONE;
  }

  #ownIds(project: ProjectName, process: ProcessName): Set<InstanceId> {
    const key = processKey(project, process);
    const ids = this.#byProcess.get(key) ?? new Set(this.#world.byProcess.get(key));
    this.#byProcess.set(key, ids);
    return ids;
  }
}

const NONE: ReadonlySet<InstanceId> = new Set();

const TOLD_BESIDE: ReadonlySet<EventType> = new Set([
  "process.started",
  "process.ready",
  "process.stopping",
  "process.exited",
  "hook.failed",
]);

/** True of what a run beside another tells: nothing follows from it for others. */
export function isToldBeside({ data }: Pick<Fact, "data">): boolean {
  return data["beside"] !== undefined;
}

export function processKey(project: ProjectName, process: ProcessName): string {
  return `${project}/${process}`;
}
