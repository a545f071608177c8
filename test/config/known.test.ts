/** Reading the configuration of a project that a daemon knows: updates, profiles and environments that it keeps. */

import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import type { KnownProject } from "../../src/model/known-project.ts";
import { shownValues } from "../../src/config/show.ts";
import { showPath } from "../../src/config/tree.ts";
import { folderOf, load, type Options } from "./project-folder.ts";

const CONFIG = {
  name: "shop",
  defaults: { restart: "always" },
  profiles: { ci: { env: { MODE: "ci" } } },
  processes: { a: "run ${WHO:-nobody}", b: { command: "run", cwd: "${WHERE}", env: { A: "1" } } },
};

async function read(about: Partial<KnownProject>, options: Options = {}, config: unknown = CONFIG) {
  const folder = folderOf({ "procman.json": config });
  const known: KnownProject = {
    name: "shop",
    directory: folder,
    files: [join(folder, "procman.json")],
    profiles: [],
    updates: {},
    callerEnvs: [],
    ...about,
  };
  const result = await load(folder, { env: { WHERE: "." }, known: [known], ...options });
  if (!result.ok) return { problems: result.problems, folder, known };
  return { project: result.project, processes: result.project.spec.processes, folder, known };
}

describe("a runtime update", () => {
  test.each<[string, Record<string, string>, object]>([
    ["is a number where one is expected", { "restart.max": "7" }, { restart: { max: 7 } }],
    ["goes over a short form", { "restart.max": "7" }, { restart: { policy: "always" } }],
    ["may be null, which removes", { restart: "null" }, { restart: { policy: "on-failure" } }],
    ["may be a list as JSON", { command: '["x","y"]' }, { command: { argv: ["x", "y"] } }],
    ["may name a variable with points", { "env.a.b": "c" }, { env: { A: "1", "a.b": "c" } }],
    ["may unset a variable", { "env.A": "null" }, { env: { A: null } }],
    [
      "goes before earlier ones",
      { "restart.max": "7", restart: "no" },
      { restart: { policy: "no" } },
    ],
  ])("%s", async (_, updates, wanted) => {
    const { processes } = await read({ updates: { b: updates } });
    expect(processes?.["b"]).toMatchObject(wanted);
  });

  test("makes a process of a short form a whole one", async () => {
    const { processes } = await read({ updates: { a: { "env.A": "1" } } });
    expect(processes?.["a"]).toMatchObject({ env: { A: "1" }, command: { kind: "line" } });
  });

  test("is shown as the origin of its value", async () => {
    const { project } = await read({ updates: { b: { "env.A": "2" } } });
    const shown = shownValues(project!).find(({ path }) => showPath(path) === "processes.b.env.A");
    expect(shown).toMatchObject({ value: "2", layer: "runtime", source: "runtime update" });
  });

  test("of a process that the configuration no longer has is left out", async () => {
    const { processes } = await read({ updates: { gone: { "env.A": "2" } } });
    expect(Object.keys(processes ?? {})).toEqual(["a", "b"]);
  });

  test("that is wrong is told of with the nearest key", async () => {
    const { problems } = await read({ updates: { b: { "restart.maxx": "2" } } });
    expect(problems).toMatchObject([
      {
        message: "runtime update: processes.b.restart.maxx: unknown key",
        hint: 'Did you mean "max"?',
      },
    ]);
  });
});

describe("what is known of a project", () => {
  const about = { updates: { b: { "env.A": "2" } } };

  test.each<[string, Partial<KnownProject>, string]>([
    ["of that name", {}, "2"],
    ["that got a suffix", { name: "shop-3f2a" }, "2"],
    ["of another name", { name: "store" }, "1"],
    ["of a longer name", { name: "shop-front" }, "1"],
    ["from another directory", { directory: "/elsewhere" }, "1"],
    ["from other files", { files: ["/elsewhere/procman.json"] }, "1"],
  ])("counts by its name and files: one %s", async (_, differing, value) => {
    const { processes } = await read({ ...about, ...differing });
    expect(processes?.["b"]?.env).toEqual({ A: value });
  });
});

describe("profiles", () => {
  test.each<[string, readonly string[] | null, Record<string, string>]>([
    ["are kept when none are asked for", null, { MODE: "ci" }],
    ["are those given", [], {}],
  ])("%s", async (_, profiles, wanted) => {
    const { processes, project } = await read({ profiles: ["ci"] }, { profiles });
    expect(processes?.["a"]?.env).toEqual(wanted);
    expect(project?.profiles).toEqual(profiles ?? ["ci"]);
  });
});

describe("the environment of the caller", () => {
  const callerEnvs = [{ processes: ["b"], env: { WHERE: "first" } }];

  test("is the captured one for processes that have one", async () => {
    const { processes, folder } = await read({ callerEnvs }, { env: {} });
    expect(processes?.["b"]?.cwd).toBe(join(folder, "first"));
  });

  test("is the present one with --update-env", async () => {
    const { processes, folder } = await read(
      { callerEnvs },
      { env: { WHERE: "second" }, updateEnv: true },
    );
    expect(processes?.["b"]?.cwd).toBe(join(folder, "second"));
  });
});
