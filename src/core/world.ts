/** The world between steps: an empty one, and how the changes of a step are taken in. */

import type { Alert, AlertKey } from "../model/alerts.ts";
import type { InstanceId, ProjectName } from "../model/ids.ts";
import type { Changes, Instance, Lease, Project, World } from "../model/state.ts";
import { processKey } from "./turn.ts";

/** A world whose maps the owner changes in place; everybody else sees it as a `World`. */
export interface MutableWorld extends World {
  nextRun: number;
  readonly projects: Map<ProjectName, Project>;
  readonly instances: Map<InstanceId, Instance>;
  readonly byProcess: Map<string, Set<InstanceId>>;
  readonly leases: Map<string, Lease>;
  readonly alerts: Map<AlertKey, Alert>;
}

export function emptyWorld(home: string, homeId: string): MutableWorld {
  return {
    home,
    homeId,
    nextRun: 1,
    projects: new Map(),
    instances: new Map(),
    byProcess: new Map(),
    leases: new Map(),
    alerts: new Map(),
  };
}

/** Takes the changes of a step in. Instances are few to change and many to copy, hence in place. */
export function applyChanges(world: MutableWorld, changes: Changes): void {
  world.nextRun = changes.nextRun;
  for (const [name, project] of changes.projects) setOrDelete(world.projects, name, project);
  for (const [id, lease] of changes.leases) setOrDelete(world.leases, id, lease);
  for (const [key, alert] of changes.alerts) setOrDelete(world.alerts, key, alert);
  for (const [id, instance] of changes.instances) {
    const known = instance ?? world.instances.get(id);
    setOrDelete(world.instances, id, instance);
    if (known !== undefined) index(world, known, instance !== null);
  }
}

function index(world: MutableWorld, instance: Instance, present: boolean): void {
  const key = processKey(instance.project, instance.process);
  const ids = world.byProcess.get(key) ?? new Set();
  if (present) ids.add(instance.id);
  else ids.delete(instance.id);
  if (ids.size > 0) world.byProcess.set(key, ids);
  else world.byProcess.delete(key);
}

function setOrDelete<K, V>(map: Map<K, V>, key: K, value: V | null): void {
  if (value === null) map.delete(key);
  else map.set(key, value);
}

/** A copy that its owner may change; the instances themselves are shared. */
export function mutableCopy(world: World): MutableWorld {
  return {
    home: world.home,
    homeId: world.homeId,
    nextRun: world.nextRun,
    projects: new Map(world.projects),
    instances: new Map(world.instances),
    byProcess: new Map([...world.byProcess].map(([key, ids]) => [key, new Set(ids)])),
    leases: new Map(world.leases),
    alerts: new Map(world.alerts),
  };
}
