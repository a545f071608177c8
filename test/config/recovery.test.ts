/** Group strategies and fallbacks, as configurations say them. */

import { expect, test } from "bun:test";
import { folderOf, load, problemsOf } from "./project-folder.ts";

const yaml = (text: string) => ({ "procman.yaml": text });

test("a strategy is kept with the members in the order of their definitions; the default is left out", async () => {
  const groups = `groups:
  both: { members: [b, a], strategy: one-for-all }
  rest: { members: [b], strategy: rest-for-one }
  one: { members: [a], strategy: one-for-one }
  plain: [a]
`;
  const result = await load(
    folderOf(yaml(`${groups}processes: { a: x, b: x, c: { command: x, groups: [rest] } }`)),
  );
  expect(result.ok ? result.project.spec.groups : result).toEqual({
    both: { members: ["a", "b"], strategy: "one-for-all" },
    rest: { members: ["b", "c"], strategy: "rest-for-one" },
    one: { members: ["a"] },
    plain: { members: ["a"] },
  });
});

test("a fallback does not start by itself", async () => {
  const result = await load(
    folderOf(yaml("processes: { a: { command: x, fallback: b }, b: x, c: x }")),
  );
  const { a, b, c } = result.ok ? result.project.spec.processes : {};
  expect([a?.autostart, b?.autostart, c?.autostart]).toEqual([true, false, true]);
  expect([a?.fallback, b?.fallback]).toEqual(["b", undefined]);
});

test.each([
  ["a: { command: x, fallback: bb }, b: x", 'a.fallback: there is no process "bb"'],
  ["a: { command: x, fallback: a }", "a.fallback: these take over from each other: a → a"],
  [
    "a: { command: x, fallback: b }, b: { command: x, fallback: a }",
    "a.fallback: these take over from each other: a → b → a",
  ],
  [
    "a: { command: x, fallback: b }, b: { command: x, dependsOn: [a] }",
    'a.fallback: "b" depends on "a", so it cannot take over from it',
  ],
  [
    "a: { command: x, fallback: b, dependsOn: [b] }, b: x",
    'a.fallback: "a" depends on "b", so that cannot take over from it',
  ],
  [
    "a: { command: x, fallback: b }, b: { command: x, autostart: true }",
    'a.fallback: "b" starts only when it is needed, so it cannot have `autostart: true`',
  ],
])("%s is refused", async (processes, problem) => {
  const [first] = await problemsOf(yaml(`processes: { ${processes} }`));
  expect(JSON.stringify(first)).toContain(JSON.stringify(problem).slice(1, -1));
});
