import { expect, test } from "bun:test";
import { join } from "node:path";
import { findForeign, importerFor } from "../../src/config/importers/import.ts";
import { folderOf, load, loaded, problemsOf } from "./project-folder.ts";

test("without a configuration the first of the other tools' files is taken, and that is said", async () => {
  const files = {
    Procfile: "web: a",
    "process-compose.yaml": "processes: { b: { command: b } }",
    "ecosystem.config.json": { apps: [{ name: "c", script: "./c" }] },
    "package.json": { scripts: { start: "d" } },
  };
  const order = Object.keys(files);
  for (const [at, first] of order.entries()) {
    const rest = Object.fromEntries(Object.entries(files).slice(at));
    const project = await loaded(rest);
    expect(project.notices[0]).toBe(
      `Using ${first}, as there is no procman configuration; 'procman init' writes one`,
    );
    expect(Object.keys(project.spec.processes)).toEqual([["web"], ["b"], ["c"], ["app"]][at]!);
    expect(project.spec.files).toEqual([join(project.spec.directory, first)]);
  }
});

test("a configuration of ours, above too, goes before other tools' files", async () => {
  const folder = folderOf({ "procman.yaml": "processes: { a: x }", "sub/Procfile": "web: y" });
  const result = await load(join(folder, "sub"));
  expect(result.ok && [result.project.notices, Object.keys(result.project.spec.processes)]).toEqual(
    [[], ["a"]],
  );
});

test("a local file beside another tool's file is merged over it", async () => {
  const project = await loaded({
    Procfile: "web: y",
    "procman.local.yaml": "processes: { web: { instances: 2 } }",
  });
  expect(project.spec.processes["web"]).toMatchObject({ instances: 2, command: { line: "y" } });
});

test("a package.json without scripts, or a broken one, is passed by", async () => {
  for (const content of [{}, { scripts: { build: "x" } }, "{"]) {
    const result = await load(folderOf({ "package.json": content }));
    expect(result).toMatchObject({ ok: false, problems: [{ code: "CONFIG_NOT_FOUND" }] });
  }
});

test("package.json: `dev` goes before `start`, as process app", async () => {
  const { spec, notices } = await loaded({ "package.json": { scripts: { start: "x", dev: "y" } } });
  expect(spec.processes["app"]!.command).toEqual({ kind: "list", argv: ["bun", "run", "dev"] });
  expect(notices[1]).toBe('package.json: its script "dev" is process "app"');
});

test.each([
  ["ecosystem.config.json", "[]x", "cannot be read"],
  ["ecosystem.config.js", "throw new Error('no')", "ecosystem.config.js:1: cannot be read: no"],
  ["ecosystem.config.json", '{"apps":[{"name":"a"}]}', "it has no list `apps`"],
  ["process-compose.yaml", "a: 1", "it has no map `processes`"],
  [
    "process-compose.yaml",
    "processes:\n  a: 1",
    'process-compose.yaml:2: cannot be read: process "a" is no map',
  ],
  [
    "process-compose.yaml",
    "processes:\n  a: {}",
    "process-compose.yaml:2: processes.a: `command` is missing",
  ],
])("%s that says %j is refused", async (file, content, expected) => {
  const problems = await problemsOf({ [file]: content });
  expect(problems.join("\n")).toContain(expected);
});

test("an importer is found by a file's name too", () => {
  expect(importerFor("/x/Procfile.dev")).toBe(importerFor("/x/Procfile"));
  expect(importerFor("/x/my.ecosystem.js")).toBe(importerFor("/x/ecosystem.config.js"));
  expect(importerFor("/x/dev.process-compose.yml")).toBe(importerFor("/x/process-compose.yaml"));
  expect(importerFor("/x/readme.md")).toBeNull();
  expect(findForeign(folderOf({}))).toBeNull();
});
