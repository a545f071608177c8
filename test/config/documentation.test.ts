import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { processKeys } from "../../src/config/schema/process.ts";
import { projectKeys } from "../../src/config/schema/project.ts";
import { folderOf, load } from "./project-folder.ts";

const [TEXT, HEALTH] = ["configuration.md", "health.md"].map((name) =>
  readFileSync(join(import.meta.dir, "../../docs", name), "utf8"),
) as [string, string];
const EXAMPLES = [...`${TEXT}\n${HEALTH}`.matchAll(/^```\w+ (\S+)\n([\s\S]*?)^```$/gm)].map(
  (found, index) => ({
    title: `${index + 1}, ${found[1]!}`,
    file: found[1]!,
    content: found[2]!,
  }),
);

describe("docs/configuration.md and docs/health.md", () => {
  test.each(EXAMPLES)("example $title is sound", async ({ file, content }) => {
    const result = await load(folderOf({ [file]: content, ".env": "FROM_FILE=1\n" }));
    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual([]);
  });

  test("has an example for every key that is supported, and names the others as still to come", () => {
    const examples = EXAMPLES.map((example) => example.content).join("\n");
    const coming = TEXT.slice(TEXT.indexOf("## Still to come"));
    const keys = [...Object.keys(projectKeys.shape), ...Object.keys(processKeys.shape)];
    const absent = keys.filter(
      (key) =>
        !new RegExp(`(?<![\\w.])["']?${key.replace("$", "\\$")}["']?:`).test(examples) &&
        !coming.includes(`\`${key}`),
    );
    expect(absent).toEqual([]);
  });
});
