/** What stands before lines tells at a glance whose they are. */

import { expect, test } from "bun:test";
import { painter } from "../../../src/cli/output.ts";
import { Prefix } from "../../../src/cli/render/log-prefix.ts";

const owner = (process: string) => ({ project: "p", process, index: 1 });

test("a name has its colour whoever else is shown", () => {
  const alone = new Prefix(painter(true)).of(owner("worker"), "stdout");
  const prefix = new Prefix(painter(true));
  for (const name of ["one", "two", "three"]) prefix.expect(owner(name));
  expect(prefix.of(owner("worker"), "stdout")).toBe(alone);
});

test("a line of stderr has a mark of its own on a terminal, and none elsewhere", () => {
  const painted = new Prefix(painter(true));
  expect(painted.of(owner("api"), "stderr")).toEndWith("\u001B[31m┃\u001B[39m ");
  expect(painted.of(owner("api"), "stdout")).not.toContain("┃");
  const plain = new Prefix(painter(false));
  expect(plain.of(owner("api"), "stderr")).toBe("api | ");
});
