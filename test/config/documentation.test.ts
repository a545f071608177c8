import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { readDocument } from "../../src/config/documents/read.ts";
import { configJsonSchema } from "../../src/config/schema/json-schema.ts";
import { dataOf } from "../../src/config/tree.ts";
import { faultsOfProgram } from "./compiled.ts";
import { ITEM, KNOWN_MAPS, NAME } from "./known-maps.ts";
import { folderOf, load } from "./project-folder.ts";

const TEXT = [
  "balancing.md",
  "schedules.md",
  "alerts.md",
  "metrics.md",
  "health.md",
  "ipc.md",
  "recovery.md",
  "limits.md",
  "reloading.md",
  "configuration.md",
]
  .map((name) => readFileSync(join(import.meta.dir, "../../docs", name), "utf8"))
  .join("\n");
const EXAMPLES = [...TEXT.matchAll(/^```\w+ (procman\.\S+)\n([\s\S]*?)^```$/gm)].map(
  (found, index) => ({
    title: `${index + 1}, ${found[1]!}`,
    file: found[1]!,
    content: found[2]!,
  }),
);
const filesOf = ({ file, content }: (typeof EXAMPLES)[number]) => ({
  [file]: content,
  ".env": "FROM_FILE=1\n",
});

/** As in `docs/configuration.md`, which is last, and as in the paths below: `ready.http.method`, `groups.*.limits`. */
const COMING = new Set(
  [...TEXT.slice(TEXT.indexOf("## Still to come")).matchAll(/`([\w.*]+)`/g)].map(([, key]) => key!),
);

function isComing(key: string): boolean {
  return key.split(".").some((_, at, words) => COMING.has(words.slice(0, at + 1).join(".")));
}

/** `processes.a.ready.0.http` is `ready.http`, for a process has it, or the defaults of all. */
function keyOf(path: readonly string[]): string {
  const inProcess = path[0] === "processes" && path.length > 2;
  const within = inProcess ? path.slice(2) : path[0] === "defaults" ? path.slice(1) : path;
  const names = within.flatMap((key, at) => {
    if (key === ITEM) return [];
    return key === NAME && at > 0 ? ["*"] : [key];
  });
  return names.join(".");
}

const KEYS = new Set(
  KNOWN_MAPS.flatMap(([path, keys]) => keys.map((key) => keyOf([...path, key]))),
);

/** The keys that the data has, whatever the names in it are, and of the maps in lists as well. */
function keysIn(data: unknown, path: readonly string[] = []): string[] {
  if (data === null || typeof data !== "object") return [];
  if (Array.isArray(data)) return data.flatMap((item) => keysIn(item, [...path, ITEM]));
  return Object.entries(data).flatMap(([key, inner]) => {
    const known = KEYS.has(keyOf([...path, key])) ? key : NAME;
    const here = [...path, known];
    return [keyOf(here), ...keysIn(inner, here)];
  });
}

describe("docs/configuration.md and the pages of alerts, health and recovery", () => {
  test.each(EXAMPLES)("example $title is sound", async (example) => {
    const result = await load(folderOf(filesOf(example)), { env: { HOOK_SECRET: "hush" } });
    expect(result.ok ? [] : result.problems.map((problem) => problem.message)).toEqual([]);
  });

  const data = EXAMPLES.filter(({ file }) => !file.endsWith(".ts"));
  test.each(data)("example $title is taken by an independent validator", async (example) => {
    const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
      configJsonSchema(),
    );
    const document = await readDocument(join(folderOf(filesOf(example)), example.file));
    validate(document.ok ? document.data : null);
    expect(validate.errors ?? []).toEqual([]);
  });

  const programs = EXAMPLES.filter(({ file }) => file.endsWith(".ts"));
  test.each(programs)(
    "example $title compiles",
    async ({ content }) => {
      expect(await faultsOfProgram(content)).toBe("");
    },
    60_000,
  );

  test("has an example for every key at every depth that is in force", async () => {
    const shown = new Set<string>();
    for (const example of EXAMPLES) {
      const result = await load(folderOf(filesOf(example)), { env: { HOOK_SECRET: "hush" } });
      const tree = result.ok ? dataOf(result.project.tree) : null;
      for (const key of keysIn(tree)) shown.add(key);
    }
    expect([...KEYS].filter((key) => !shown.has(key) && !isComing(key))).toEqual([]);
    expect([...shown].filter((key) => KEYS.has(key) && isComing(key))).toEqual([]);
  });

  test("names nothing as still to come that is no key", () => {
    expect([...COMING].filter((key) => !KEYS.has(key))).toEqual([]);
  });

  test("says something of every key at every depth that is in force", () => {
    const said = new Set(
      [...TEXT.replaceAll(/^```[\s\S]*?^```$/gm, "").matchAll(/`([^`\n]+)`/g)].flatMap(([, text]) =>
        text!.split(/[^\w$]+/),
      ),
    );
    const last = (key: string): string => key.split(".").at(-1)!;
    expect([...KEYS].filter((key) => !isComing(key) && !said.has(last(key)))).toEqual([]);
  });
});
