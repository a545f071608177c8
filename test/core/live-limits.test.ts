/** Which changes of limits what runs cannot be held to, and whether that is said of an edit. */

import { expect, test } from "bun:test";
import { confinementOf } from "../../src/core/confinement.ts";
import { definitionChanges } from "../../src/core/definition-changes.ts";
import { needsStart } from "../../src/core/live-limits.ts";
import type { Enforceable, GroupLimitSpec, LimitSpec } from "../../src/model/confinement.ts";
import type { ProjectSpec } from "../../src/model/spec.ts";

const BASE = { cgroup: ["memory"], rlimit: ["memory", "openFiles"] } as const;
const RIGHTS: Enforceable = { ...BASE, inRuns: { rlimit: "any", nice: "any" } };
const NO_RIGHTS: Enforceable = { ...BASE, inRuns: { rlimit: "less", nice: "less" } };
const NO_CALL: Enforceable = { ...BASE, inRuns: { rlimit: "never", nice: "less" } };

function project(limits: LimitSpec | undefined, group: GroupLimitSpec | undefined): ProjectSpec {
  const web = { members: ["api"], ...(group === undefined ? {} : { limits: group }) };
  const api = { name: "api", groups: ["web"], dependsOn: [], ...(limits && { limits }) };
  return { name: "shop", groups: { web }, processes: { api } } as unknown as ProjectSpec;
}

interface Row {
  readonly from?: LimitSpec;
  readonly to?: LimitSpec;
  readonly group?: GroupLimitSpec;
  /** With every right, without, and where rlimits of what runs cannot be changed. */
  readonly starts: readonly [boolean, boolean, boolean];
}

test.each<Row>([
  { from: { openFiles: 9 }, to: { openFiles: 5 }, starts: [false, false, true] },
  { from: { openFiles: 5 }, to: { openFiles: 9 }, starts: [false, true, true] },
  { to: { openFiles: 9 }, starts: [false, false, true] },
  { from: { openFiles: 9 }, starts: [false, true, true] },
  { from: { nice: 5 }, to: { nice: 9 }, starts: [false, false, false] },
  { from: { nice: 9 }, to: { nice: 5 }, starts: [false, true, true] },
  { from: { nice: 9 }, starts: [false, true, true] },
  { from: { memory: 5 }, to: { memory: 9 }, starts: [false, false, false] },
  {
    from: { memory: 5, enforce: "rlimit" },
    to: { memory: 9, enforce: "rlimit" },
    starts: [false, true, true],
  },
  {
    from: { openFiles: 9 },
    to: { openFiles: 9 },
    group: { memory: 9 },
    starts: [true, true, true],
  },
])("a change of limits restarts where it has to, and an edit says so (%#)", (row) => {
  const [before, after] = [project(row.from, undefined), project(row.to, row.group)];
  const all = [RIGHTS, NO_RIGHTS, NO_CALL].map((enforceable) => ({ enforceable, homeId: "home" }));
  const held = (spec: ProjectSpec, where: (typeof all)[number]) =>
    confinementOf(spec, spec.processes["api"]!, where).confinement;
  const starts = all.map((it) => needsStart(held(before, it), held(after, it), it.enforceable));
  expect(starts).toEqual([...row.starts]);
  if (row.group !== undefined) return; // No key of the process is another one.
  const said = all.map((it) => definitionChanges(before, after, it).changed[0]?.restarts);
  expect(said).toEqual([...row.starts]);
});

test("more open files than the daemon can allow are refused", () => {
  const where = { enforceable: { ...NO_RIGHTS, openFilesMost: 100 }, homeId: "home" };
  const refused = (openFiles: number) => {
    const spec = project({ openFiles }, undefined);
    return confinementOf(spec, spec.processes["api"]!, where).refused;
  };
  expect(refused(100)).toEqual([]);
  expect(refused(101)).toEqual([expect.stringContaining("101 is above the hard limit of 100")]);
});
