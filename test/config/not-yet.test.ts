import { describe, expect, test } from "bun:test";
import { folderOf, load, problemsOf } from "./project-folder.ts";

/** One process `a`, on line 3, with these keys. */
const process = (keys: string) => `name: shop\nprocesses:\n  a: { command: x, ${keys} }\n`;

describe("what is still to come is said, with what to do meanwhile", () => {
  test.each([
    "autoscale: { min: 1 }",
    "standby: 1",
    "balance: socket",
    "balance: { mode: socket }",
  ])("%s", async (keys) => {
    const result = await load(folderOf({ "procman.yaml": process(keys) }));
    expect(result.ok).toBe(false);
    const problem = result.ok ? null : result.problems[0]!;
    expect(result.ok || result.problems.length).toBe(1);
    expect(problem?.code).toBe("NOT_SUPPORTED_YET");
    expect(problem?.message).toStartWith("procman.yaml:3: processes.a.");
    expect(problem?.hint).toBeString();
  });

  test("a key that asks for nothing beyond what there is is taken", async () => {
    const keys =
      "watch: false, standby: 0, balance: none, adopt: never, tty: false, log: { parse: auto }";
    expect(await problemsOf({ "procman.yaml": process(keys) })).toEqual([]);
  });
});
