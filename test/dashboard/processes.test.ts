/** What the page lists, and what it says of what has changed. */

import { describe, expect, test } from "bun:test";
import {
  byProject,
  changesText,
  isShown,
  needsAttention,
  severalOf,
  titleText,
  type SortKey,
} from "../../src/dashboard/processes.ts";
import type { Status } from "../../src/protocol/status.ts";

function status(id: string, more: Partial<Status> = {}): Status {
  const [project = "", name = ""] = id.split("/");
  const [process = "", instance = "1"] = name.split(".");
  const own = { id, project, name, process, instance: Number(instance), command: `run ${process}` };
  const fine = { state: "running", health: "none", reason: null, groups: [], ports: [], pid: 10 };
  const use = { cpuPercent: null, memoryBytes: null, restarts: 0, uptimeMs: null };
  return { ...own, ...fine, ...use, ...more } as unknown as Status;
}

const api = status("shop/api.1", {
  ports: [3000],
  groups: ["backend"],
  cpuPercent: 5,
  restarts: 2,
});
const api2 = status("shop/api.2", {
  state: "backoff",
  reason: "exited with code 3",
  cpuPercent: 90,
});
const db = status("shop/db.1", { memoryBytes: 5, health: "critical" });
const job = status("blog/job.1", { state: "completed", pid: null });
const all = [db, api2, job, api];

describe("the filter", () => {
  const rows: readonly (readonly [words: string, state: string, ids: readonly string[]])[] = [
    ["", "all", ["shop/db.1", "shop/api.2", "blog/job.1", "shop/api.1"]],
    ["API", "all", ["shop/api.2", "shop/api.1"]],
    ["api 3000", "all", ["shop/api.1"]],
    ["code", "all", ["shop/api.2"]],
    ["@backend", "all", ["shop/api.1"]],
    ["blog/", "all", ["blog/job.1"]],
    ["  run  job ", "all", ["blog/job.1"]],
    ["nothing", "all", []],
    ["", "attention", ["shop/db.1", "shop/api.2"]],
    ["", "up", ["shop/db.1", "shop/api.2", "shop/api.1"]],
    ["", "down", ["blog/job.1"]],
    ["", "backoff", ["shop/api.2"]],
    ["db", "backoff", []],
  ];
  for (const [words, state, ids] of rows) {
    test(`'${words}' of ${state}`, () => {
      const shown = all.filter((it) => isShown(it, { words, state }));
      expect(shown.map(({ id }) => id)).toEqual([...ids]);
    });
  }
});

describe("the order", () => {
  const rows: readonly (readonly [by: SortKey, descending: boolean, names: readonly string[]])[] = [
    ["name", false, ["job.1", "api.1", "api.2", "db.1"]],
    ["name", true, ["job.1", "db.1", "api.2", "api.1"]],
    ["cpu", true, ["job.1", "api.2", "api.1", "db.1"]],
    ["memory", true, ["job.1", "db.1", "api.1", "api.2"]],
    ["restarts", true, ["job.1", "api.1", "api.2", "db.1"]],
    ["state", false, ["job.1", "api.2", "api.1", "db.1"]],
  ];
  for (const [by, descending, names] of rows) {
    test(`by ${by}${descending ? ", the most first" : ""}, within projects`, () => {
      const found = byProject(all, { words: "", state: "all" }, { by, descending });
      expect(found.flatMap(({ rows: own }) => own.map(({ name }) => name))).toEqual([...names]);
    });
  }

  test("by name counts instances as numbers", () => {
    const many = [10, 9, 1].map((it) => status(`shop/api.${it}`));
    const [shop] = byProject(many, { words: "", state: "all" }, { by: "name", descending: false });
    expect(shop?.rows.map(({ instance }) => instance)).toEqual([1, 9, 10]);
  });
});

test("a project of which nothing is shown is left out; the others tell of all of theirs", () => {
  const found = byProject(all, { words: "db", state: "all" }, { by: "name", descending: false });
  expect(found).toEqual([{ project: "shop", rows: [db], running: 2, total: 3 }]);
});

test("what needs attention is what has failed or is not well", () => {
  expect(all.filter(needsAttention)).toEqual([db, api2]);
});

test("only processes of several instances are told apart by a number", () => {
  expect([...severalOf(all)]).toEqual(["shop/api"]);
});

describe("whoever does not see the page is told", () => {
  const rows: readonly (readonly [
    title: string,
    before: Status[],
    after: Status[],
    said: string,
  ])[] = [
    ["nothing of what is there at first", [], all, ""],
    ["nothing of what is the same", all, [...all], ""],
    ["a change of state", [api], [{ ...api, state: "failed" }], "api.1 is failed"],
    ["that it is not well", [api], [{ ...api, health: "unhealthy" }], "api.1 is unhealthy"],
    ["not that it is well", [{ ...api, health: "starting" }], [{ ...api, health: "healthy" }], ""],
    [
      "of many a few",
      [1, 2, 3, 4, 5].map((it) => status(`shop/w.${it}`)),
      [1, 2, 3, 4, 5].map((it) => status(`shop/w.${it}`, { state: "stopped" })),
      "w.1 is stopped, w.2 is stopped, w.3 is stopped, and 2 more changes",
    ],
  ];
  test.each(rows)("%s", (_, before, after, said) => expect(changesText(before, after)).toBe(said));
});

test("the title of the window tells of trouble, or of how many run", () => {
  expect(titleText(all)).toBe("(2!) procman");
  expect(titleText([api, job])).toBe("1/2 procman");
});
