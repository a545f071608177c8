import { expect, test } from "bun:test";
import { folderOf, load } from "./project-folder.ts";
import { everyKey } from "./fixtures/every-key.ts";

test("every key in every form is known; what cannot be put in force is told as that, and nothing else is", async () => {
  const files = { "procman.json": everyKey, ".env": "" };
  const result = await load(folderOf(files));
  const problems = result.ok ? [] : result.problems;
  expect(problems.filter(({ code }) => code !== "NOT_SUPPORTED_YET")).toEqual([]);
});
