/** A short form means the map that it stands for: to the reader, and to a layer that has a map over it. */

import { describe, expect, test } from "bun:test";
import { merge } from "../../src/config/merge.ts";
import { dataOf, type Source, treeOf } from "../../src/config/tree.ts";
import { loaded } from "./project-folder.ts";

const SOURCE: Source = { layer: "project", label: "test", file: null, lineOf: () => null };

type Row = [key: string, short: unknown, long: unknown];

const IN_PROCESS: Row[] = [
  ["restart", "always", { policy: "always" }],
  ["dependsOn", ["b"], { b: {} }],
  ["dependsOn", { b: "started" }, { b: { condition: "started" } }],
  ["port", 3000, { number: 3000 }],
  ["ready", { http: "http://h/" }, { http: { url: "http://h/" } }],
  ["ready", { log: "up" }, { log: { pattern: "up" } }],
  ["health", { http: "http://h/" }, { http: { url: "http://h/" } }],
  ["health", { log: "up" }, { log: { pattern: "up" } }],
  ["watch", "src", { paths: ["src"] }],
  ["watch", true, {}],
  ["schedule", "* * * * *", { cron: "* * * * *" }],
  ["balance", "none", { mode: "none" }],
  ["hooks", { afterExit: "x" }, { afterExit: { command: "x" } }],
];

describe("under a map of another layer a short form is its map", () => {
  const own = { "x-own": 1 };
  /** The map with another key in the innermost map that a short form can stand for. */
  const extended = (long: unknown, over: unknown): unknown => {
    const [[key, inner] = []] = Object.entries(Object(long));
    const isWhole = Object(over) !== over || Array.isArray(over) || Object(inner) !== inner;
    return isWhole || key === undefined ? own : { [key]: own };
  };

  test.each(IN_PROCESS)("%s: %j", (key, short, long) => {
    const over = extended(long, short);
    const below = (value: unknown) =>
      treeOf({ processes: { a: { [key]: value } }, defaults: { [key]: value } }, SOURCE);
    const merged = (value: unknown) => dataOf(merge(below(value), below(over))!);
    expect(merged(short)).toEqual(merged(long));
  });

  test.each([
    [{ processes: { a: "x" } }, { processes: { a: { command: "x" } } }],
    [{ groups: { g: ["a"] } }, { groups: { g: { members: ["a"] } } }],
    [{ profiles: { p: ["a"] } }, { profiles: { p: { processes: ["a"] } } }],
  ])("%j", (short, long) => {
    const [[top, inner] = ["", {}]] = Object.entries(short);
    const [name = ""] = Object.keys(inner);
    const over = treeOf({ [top]: { [name]: own } }, SOURCE);
    expect(dataOf(merge(treeOf(short, SOURCE), over)!)).toEqual(
      dataOf(merge(treeOf(long, SOURCE), over)!),
    );
  });
});

describe("alone a short form is its map", () => {
  const inForce = IN_PROCESS.filter(
    ([key, short]) =>
      !["health", "watch", "schedule", "hooks"].includes(key) && !("log" in Object(short)),
  );
  const lists: Row[] = [
    ["ready", { tcp: 1 }, [{ tcp: 1 }]],
    ["envFile", ".env?", [".env?"]],
  ];
  test.each([...inForce, ...lists])("%s: %j", async (key, short, long) => {
    const spec = async (value: unknown) => {
      const a = { command: "x", [key]: value };
      const project = await loaded({ "procman.json": { processes: { a, b: "y" } } });
      return { ...project.spec.processes["a"], cwd: null };
    };
    expect(await spec(short)).toEqual(await spec(long));
  });

  test.each([
    [{ processes: { a: "x" } }, { processes: { a: { command: "x" } } }],
    [{ groups: { g: ["a"] } }, { groups: { g: { members: ["a"] } } }],
    [{ profiles: { p: ["a"] } }, { profiles: { p: { processes: ["a"] } } }],
  ])("%j", async (short, long) => {
    const meaning = async (keys: object) => {
      const files = { "procman.json": { name: "shop", processes: { a: "x" }, ...keys } };
      const { spec, selection } = await loaded(files, {
        profiles: "profiles" in keys ? ["p"] : [],
      });
      return { groups: spec.groups, names: Object.keys(spec.processes), selection };
    };
    expect(await meaning(short)).toEqual(await meaning(long));
  });
});
