import { expect, test } from "bun:test";
import { problemsOf } from "./project-folder.ts";

test("variables that hold each other twice over are refused, and hang nothing", async () => {
  const env = Array.from({ length: 40 }, (_, at) => [`V${at}`, `\${V${at + 1}}\${V${at + 1}}`]);
  const files = {
    "procman.json": { env: { ...Object.fromEntries(env), V40: "x" }, processes: { a: "x" } },
  };
  expect(await problemsOf(files)).toEqual([
    "procman.json:1: env.V22: it becomes longer than 131072 characters",
  ]);
});

test("a chain of variables without end is refused, and hangs nothing", async () => {
  const env = Array.from({ length: 700 }, (_, at) => [`V${at}`, `\${V${at + 1}}`]);
  const files = {
    "procman.json": { env: { ...Object.fromEntries(env), V700: "x" }, processes: { a: "x" } },
  };
  expect(await problemsOf(files)).toEqual([
    "procman.json:1: env.V499: variables refer to one another through more than 500",
  ]);
});
