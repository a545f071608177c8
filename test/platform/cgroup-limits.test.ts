/** Limits by control group. The directories and files are those that the kernel would make (cgroup-v2.rst): no machine
 *  that tests run on need have the controllers. */

import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Confinement } from "../../src/model/confinement.ts";
import { passOn, stepAside } from "../../src/platform/cgroup-limits.ts";
import { Cgroups } from "../../src/platform/cgroups.ts";

const made: string[] = [];

afterEach(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true });
});

/** A group with these files. */
function group(files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), "procman-groups-"));
  made.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

const alone = (own: Confinement["own"]): Confinement => ({ own, shared: null });

describe("a run is held to its limits", () => {
  const CONTROLLERS = ["memory", "cpu", "pids"] as const;
  const FULL = alone([
    { limit: "memory", value: 512_000_000, by: "cgroup" },
    { limit: "cpu", value: 1.5, by: "cgroup" },
    { limit: "pids", value: 200, by: "cgroup" },
    { limit: "openFiles", value: 64, by: "rlimit" },
  ]);

  test("F20 F25 by the files of its group, which ends as a whole when memory runs out", () => {
    const directory = group();
    const groups = new Cgroups(directory, CONTROLLERS);
    const its = groups.create("home-1") ?? "";
    groups.hold("home-1", FULL);
    const read = (name: string) => readFileSync(join(its, name), "utf8");
    const names = ["memory.max", "memory.oom.group", "cpu.max", "pids.max"];
    expect(names.map(read)).toEqual(["512000000", "1", "150000 100000", "200"]);
    // Less of it, while it runs.
    groups.hold("home-1", alone([{ limit: "pids", value: 20, by: "cgroup" }]));
    expect(names.map(read)).toEqual(["max", "0", "max", "20"]);
  });

  test("what is watched is not written, and only controllers that there are", () => {
    const groups = new Cgroups(group(), ["pids"]);
    const its = groups.create("home-1") ?? "";
    groups.hold("home-1", alone([{ limit: "memory", value: 1, by: "watch" }]));
    expect(existsSync(join(its, "memory.max"))).toBe(false);
    expect(readFileSync(join(its, "pids.max"), "utf8")).toBe("max");
  });

  test("one that has no group cannot be, and that is said", () => {
    const groups = new Cgroups(group(), CONTROLLERS);
    expect(() => groups.hold("home-1", FULL)).toThrow("it has no control group");
    expect(() => groups.hold("home-1", alone([]))).not.toThrow();
  });

  test("with others of its group, by a group above, which the next daemon finds and the last run removes", () => {
    const directory = group();
    const limits = [{ limit: "memory", value: 1_000, by: "cgroup" }] as const;
    const shared = { name: "web", folder: "home.shop.web", limits };
    const groups = new Cgroups(directory, ["memory"]);
    const its = groups.create("home-1", shared.folder) ?? "";
    const above = join(directory, "shared.home.shop.web");
    expect(its).toBe(join(above, "home-1"));
    writeFileSync(join(above, "cgroup.controllers"), "memory");
    groups.hold("home-1", { own: [], shared });
    const read = (path: string) => readFileSync(path, "utf8");
    expect(read(join(above, "memory.max"))).toBe("1000");
    expect(read(join(above, "cgroup.subtree_control"))).toBe("+memory");
    expect([read(join(its, "memory.max")), read(join(its, "memory.oom.group"))]).toEqual([
      "max",
      "1",
    ]);

    writeFileSync(join(its, "memory.events"), "oom_kill 1\n");
    expect(new Cgroups(directory, ["memory"]).ranOutOfMemory("home-1")).toBe(true);
    // The kernel's files go with their directory.
    for (const name of ["memory.max", "memory.oom.group", "memory.events"]) rmSync(join(its, name));
    for (const name of ["memory.max", "cgroup.subtree_control", "cgroup.controllers"]) {
      rmSync(join(above, name));
    }
    groups.remove("home-1");
    expect(existsSync(above)).toBe(false);
  });
});

describe("controllers are passed on", () => {
  test("all that procman limits by, and no other, once", () => {
    const directory = group({ "cgroup.controllers": "cpuset cpu io memory pids\n" });
    expect(passOn(directory)).toEqual(["memory", "cpu", "pids"]);
    const control = join(directory, "cgroup.subtree_control");
    expect(readFileSync(control, "utf8")).toBe("+memory +cpu +pids");
    writeFileSync(control, "cpu io memory pids\n");
    passOn(directory);
    expect(readFileSync(control, "utf8")).toBe("cpu io memory pids\n");
  });

  test("none where there are none", () => {
    expect(passOn(group())).toEqual([]);
    expect(passOn(group({ "cgroup.controllers": "hugetlb\n" }))).toEqual([]);
  });

  test("the daemon steps aside with what is its own, never with what is not", () => {
    const domain = { "cgroup.type": "domain\n", "cgroup.procs": "10\n11\n" };
    const shared = group(domain);
    expect(stepAside(shared, (pid) => pid === 10)).toBe(false);
    expect(existsSync(join(shared, "procman-daemon"))).toBe(false);
    expect(stepAside(group({ ...domain, "cgroup.procs": "" }), () => false)).toBe(true);
    // The root may have processes.
    expect(stepAside(group({ "cgroup.procs": "1\n10\n" }), () => false)).toBe(true);
    const lone = group(domain);
    stepAside(lone, () => true);
    expect(readFileSync(join(lone, "procman-daemon", "cgroup.procs"), "utf8")).toBe("11");
  });
});
