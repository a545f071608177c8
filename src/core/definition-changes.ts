/** What an edited configuration changes: pure comparison, for `apply`, `up` and their `--dry-run`. */

import type {
  ChangedProcess,
  ChangedValue,
  DefinitionChanges,
} from "../model/definition-changes.ts";
import { sharingOf } from "../model/sharing.ts";
import type { ProcessName } from "../model/ids.ts";
import type { ProcessSpec, ProjectSpec } from "../model/spec.ts";
import type { Confinement } from "../model/confinement.ts";
import { own } from "../model/own.ts";
import { confinementOf, type Where } from "./confinement.ts";
import { needsStart } from "./live-limits.ts";

/** Keys that take effect without a restart. */
const LIVE_KEYS: ReadonlySet<string> = new Set<keyof ProcessSpec>([
  "description",
  // But for what it is given of it: see below.
  "balance",
  "links",
  "dependsOn",
  "instances",
  "ready",
  "readyWithinMs",
  "health",
  "thresholds",
  "watch",
  "limits",
  "restart",
  "schedule",
  "stop",
  "hooks",
  "log",
  "groups",
  "adopt",
  "fallback",
  "autostart",
  "disabled",
]);

/** Keys whose values say what changed. */
const SHOWN_KEYS = ["port", "instances", "cwd", "autostart", "disabled", "user", "group"] as const;

export function definitionChanges(
  before: ProjectSpec | undefined,
  after: ProjectSpec,
  where: Where,
): DefinitionChanges {
  const old = before?.processes ?? {};
  const added: ProcessName[] = [];
  const changed: ChangedProcess[] = [];
  const unchanged: ProcessName[] = [];
  for (const [process, spec] of Object.entries(after.processes)) {
    const known = own(old, process);
    const keys = known === undefined ? [] : changedKeys(known, spec);
    // It was given their ports in its environment.
    const isMoved = spec.dependsOn.some(
      (it) =>
        Object.hasOwn(old, it.process) &&
        own(old, it.process)?.port !== own(after.processes, it.process)?.port,
    );
    if (known !== undefined && isMoved && !keys.includes("env")) keys.push("env");
    if (known === undefined) added.push(process);
    else if (keys.length === 0) unchanged.push(process);
    else {
      const isHeldOtherwise = keys.includes("limits") || keys.includes("groups");
      const restarts =
        keys.some((key) => !LIVE_KEYS.has(key)) ||
        (keys.includes("balance") && isGivenOtherPorts(known, spec)) ||
        (before !== undefined && isHeldOtherwise && bindsStart(before, after, process, where));
      changed.push({ process, keys, values: valuesOf(keys, known, spec), restarts });
    }
  }
  // What no configuration made, none can take away.
  const removed = Object.values(old)
    .filter(({ name, adHoc }) => adHoc !== true && !Object.hasOwn(after.processes, name))
    .map(({ name }) => name);
  const isSame = before === undefined || isSameValue(before.alerts ?? [], after.alerts ?? []);
  return { added, removed, changed, unchanged, ...(isSame ? {} : { alerts: true }) };
}

/** Deep equality of plain data, whatever the order of keys; an absent key equals an undefined one. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].every((key) => isSameValue(left[key], right[key]));
}

/** It is held to limits that what runs cannot be held to. */
function bindsStart(
  before: ProjectSpec,
  after: ProjectSpec,
  process: ProcessName,
  where: Where,
): boolean {
  const of = (project: ProjectSpec): Confinement | null => {
    const spec = own(project.processes, process);
    return spec === undefined ? null : confinementOf(project, spec, where).confinement;
  };
  return needsStart(of(before), of(after), where.enforceable);
}

function valuesOf(keys: readonly string[], before: ProcessSpec, after: ProcessSpec) {
  const values: Record<string, ChangedValue> = {};
  for (const key of SHOWN_KEYS) {
    if (keys.includes(key)) values[key] = { from: before[key], to: after[key] };
  }
  return values;
}

function changedKeys(before: ProcessSpec, after: ProcessSpec): string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) =>
    key === "balance"
      ? !isSharedAlike(before, after)
      : !isSameValue(before[key as keyof ProcessSpec], after[key as keyof ProcessSpec]),
  );
}

/** Who has said it does not matter, nor how many there are. */
function isSharedAlike(before: ProcessSpec, after: ProcessSpec): boolean {
  const [one, other] = [before, after].map((spec) => {
    const { isDefault: _, ports: __, ...sharing } = sharingOf(spec) ?? {};
    return sharing;
  });
  return isSameValue(one, other) && !isGivenOtherPorts(before, after);
}

/** Of the instances that were there before and still are. */
function isGivenOtherPorts(before: ProcessSpec, after: ProcessSpec): boolean {
  const [was, is] = [sharingOf(before), sharingOf(after)];
  if (was === null || is === null || was.mode !== is.mode) return was !== is;
  const count = Math.min(was.ports.length, is.ports.length, before.instances, after.instances);
  return !isSameValue(was.ports.slice(0, count), is.ports.slice(0, count));
}
