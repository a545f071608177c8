/** Which limit is put in force by what, and which cannot be. */

import { expect, test } from "bun:test";
import { confinementOf, confinementOfStranger } from "../../src/core/confinement.ts";
import type { Enforceable, GroupLimitSpec, LimitSpec } from "../../src/model/confinement.ts";
import type { ProcessSpec, ProjectSpec } from "../../src/model/spec.ts";

const ALL: Enforceable = { cgroup: ["memory", "cpu", "pids"], rlimit: ["memory", "openFiles"] };
const MACOS: Enforceable = { cgroup: [], rlimit: ["openFiles"] };
const PIDS_ALONE: Enforceable = { cgroup: ["pids"], rlimit: ["openFiles"] };

/** What is looked at of a definition. */
function definitions(limits: LimitSpec | undefined, group?: GroupLimitSpec) {
  const process = { name: "api", groups: ["web"], ...(limits === undefined ? {} : { limits }) };
  const web = { members: ["api"], ...(group === undefined ? {} : { limits: group }) };
  return [
    { name: "shop", groups: { web } } as unknown as ProjectSpec,
    process as unknown as ProcessSpec,
  ] as const;
}

const means = (enforceable: Enforceable, limits: LimitSpec, group?: GroupLimitSpec) => {
  const where = { enforceable, homeId: "home" };
  const { confinement, refused } = confinementOf(...definitions(limits, group), where);
  const all = [...(confinement?.own ?? []), ...(confinement?.shared?.limits ?? [])];
  return [...all.map(({ limit, by }) => `${limit} ${by}`), ...refused.map((it) => `! ${it}`)];
};

const LIMITS = { memory: 1, cpu: 1, pids: 1, openFiles: 1, nice: 1 };

test.each<readonly [Enforceable, LimitSpec, readonly string[]]>([
  [
    ALL,
    LIMITS,
    ["memory cgroup", "cpu cgroup", "pids cgroup", "openFiles rlimit", "nice priority"],
  ],
  [PIDS_ALONE, { memory: 1, pids: 1 }, ["memory watch", "pids cgroup"]],
  [ALL, { memory: 1, cpu: 1, enforce: "watch" }, ["memory watch", "cpu watch"]],
  [ALL, { memory: 1, openFiles: 1, enforce: "rlimit" }, ["memory rlimit", "openFiles rlimit"]],
  [MACOS, { nice: 1, openFiles: 1, enforce: "cgroup" }, ["openFiles rlimit", "nice priority"]],
  [
    MACOS,
    { cpu: 1 },
    [
      '! limits.cpu: control groups that limit cpu cannot be made here; `enforce: "watch"` warns of what is used beyond',
    ],
  ],
  [
    PIDS_ALONE,
    { memory: 1, enforce: "cgroup" },
    [
      '! limits.memory: control groups that limit memory cannot be made here; without `enforce: "cgroup"` it is watched',
    ],
  ],
  [
    ALL,
    { pids: 1, enforce: "rlimit" },
    ["! limits.pids: no rlimit of this system holds a process to that"],
  ],
  [
    MACOS,
    { memory: 1, enforce: "rlimit" },
    ["! limits.memory: no rlimit of this system holds a process to that"],
  ],
])("each limit is put in force by what can, or refused (%#)", (enforceable, limits, expected) => {
  expect(means(enforceable, limits)).toEqual([...expected]);
});

test("what members of a group share is named by home, project and group", () => {
  const group = { memory: 100, enforce: "cgroup" } as const;
  const made = confinementOf(...definitions(undefined, group), { enforceable: ALL, homeId: "h" });
  const shared = {
    name: "web",
    folder: "h.shop.web",
    limits: [{ limit: "memory", value: 100, by: "cgroup" }],
  };
  expect(made).toMatchObject({ confinement: { own: [], shared }, refused: [] });
  expect(means(MACOS, {}, group)).toEqual([
    expect.stringContaining("! groups.web.limits.memory: "),
  ]);
});

test("without limits nothing is held to anything", () => {
  const made = confinementOf(...definitions(undefined), { enforceable: ALL, homeId: "h" });
  expect(made).toEqual({ confinement: null, refused: [] });
});

test("what ran before is held to what can be set from outside, and the rest waits for its start", () => {
  const where = { enforceable: ALL, homeId: "h" };
  const confinement = confinementOfStranger(...definitions(LIMITS, { pids: 9 }), where);
  const said = confinement?.own.map(({ limit, by }) => `${limit} ${by}`).toSorted();
  expect(said).toEqual([
    "cpu nothing",
    "memory watch",
    "nice priority",
    "openFiles rlimit",
    "pids watch",
  ]);
  expect(confinement?.shared?.limits).toEqual([{ limit: "pids", value: 9, by: "nothing" }]);
});
