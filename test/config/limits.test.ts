import { expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

const inGroups = (web: string, back: string) =>
  `groups:
  web: { members: [a], limits: ${web} }
  back: { members: [a, b], limits: ${back} }
processes:
  a: run a
  b: run b
`;

test.each([
  [
    "a process in two groups with limits",
    inGroups("{ memory: 1GB }", "{ pids: 5 }"),
    "one group with limits",
  ],
  ["a limit of each process in a group", inGroups("{ openFiles: 5 }", "{}"), "openFiles"],
  ["no CPU time at all", "processes: { a: { command: x, limits: { cpu: 0 } } }", "limits.cpu"],
  [
    "a priority that there is not",
    "processes: { a: { command: x, limits: { nice: 20 } } }",
    "limits.nice",
  ],
])("%s is a fault", async (_, text, said) => {
  const problems = await problemsOf({ "procman.yaml": text });
  expect(problems.join("\n")).toContain(said);
});

test("groups that ask for nothing may share a process with one that does", async () => {
  const text = inGroups("{ memory: 1GB }", "{}");
  expect(await problemsOf({ "procman.yaml": text })).toEqual([]);
});
