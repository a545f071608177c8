import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { merge } from "../../src/config/merge.ts";
import { yamlOf } from "../../src/config/documents/write.ts";
import { shownData } from "../../src/config/show.ts";
import { dataOf, type Node, type Source, treeOf } from "../../src/config/tree.ts";
import { formatDuration, parseDuration } from "../../src/model/duration.ts";
import { formatSize, parseSize } from "../../src/model/size.ts";
import { folderOf, load, loaded } from "./project-folder.ts";

test("every duration and size is read back from how it is printed", () => {
  fc.assert(
    fc.property(fc.nat(300_000_000), (value) => {
      expect(parseDuration(formatDuration(value))).toBe(value);
      expect(parseSize(formatSize(value))).toBe(value);
      expect(parseDuration(value)).toBe(value);
      expect(parseDuration(`${value}s`)).toBe(value * 1_000);
      expect(parseSize(`${value}KB`)).toBe(value * 1_000);
    }),
  );
});

describe("merging", () => {
  const source: Source = { layer: "project", label: "test", file: null, lineOf: () => null };
  const grow = (data: unknown) => treeOf(data, source);
  const mergeData = (...layers: Node[]) =>
    dataOf(layers.reduce<Node | undefined>((below, layer) => merge(below, layer), undefined)!);
  /** No short form begins with these letters, so the laws hold without exception. */
  const key = fc.constantFrom("p", "q", "r", "s");
  const leaf = fc.oneof(
    fc.integer(),
    fc.string(),
    fc.boolean(),
    fc.array(fc.integer(), { maxLength: 2 }),
  );
  const tree = fc.letrec((tie) => ({
    map: fc.dictionary(key, fc.oneof({ depthSize: "small" }, leaf, tie("map")), { maxKeys: 4 }),
  })).map;

  test("a layer over nothing, over an empty one or over itself is that layer", () => {
    fc.assert(
      fc.property(tree, (data) => {
        expect(mergeData(grow(data))).toEqual(data);
        expect(mergeData(grow({}), grow(data))).toEqual(data);
        expect(mergeData(grow(data), grow({}))).toEqual(data);
        expect(mergeData(grow(data), grow(data))).toEqual(data);
      }),
    );
  });

  /** Where a map always meets a map: a scalar in between would replace what is below for good. */
  const agreeing = fc.letrec((tie) => ({
    map: fc.record(
      {
        p: fc.oneof({ depthSize: "small" }, fc.constant({}), tie("map")),
        q: tie("map"),
        r: leaf,
        s: leaf,
      },
      { requiredKeys: [] },
    ),
  })).map;

  test("it does not matter which two of three layers are merged first", () => {
    fc.assert(
      fc.property(agreeing, agreeing, agreeing, (a, b, c) => {
        const left = merge(merge(grow(a), grow(b)), grow(c))!;
        const right = merge(grow(a), merge(grow(b), grow(c))!)!;
        expect(dataOf(left)).toEqual(dataOf(right));
      }),
    );
  });

  test("null takes a key away, whatever is below, and is never seen afterwards", () => {
    fc.assert(
      fc.property(tree, key, (data, gone) => {
        const { [gone]: _, ...rest } = data;
        expect(mergeData(grow(data), grow({ [gone]: null }))).toEqual(rest);
      }),
    );
  });
});

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const time = fc.oneof(
  fc.nat(1e6),
  fc.nat(99).map((n) => `${n}s`),
);
const options = { requiredKeys: [] };
const processKeys = fc.record(
  {
    command: fc.oneof(
      word,
      fc.array(
        fc.stringMatching(/^[ -~]*$/).map((raw) => raw.replaceAll("$", "")),
        { minLength: 1, maxLength: 3 },
      ),
    ),
    env: fc.dictionary(word, fc.oneof(word, fc.integer(), fc.boolean()), { maxKeys: 3 }),
    cwd: word,
    umask: fc.constantFrom("022", "0077"),
    instances: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }).map(String)),
    restart: fc.oneof(
      fc.constantFrom("no", "always"),
      fc.record({ max: fc.nat(9), backoff: fc.record({ initial: time }, options) }, options),
    ),
    ready: fc.oneof(
      fc.record({ tcp: fc.integer({ min: 1, max: 65_535 }), within: time }),
      fc.array(fc.record({ after: time })),
    ),
    stop: fc.record({ signal: fc.constantFrom("SIGINT", "term"), timeout: time }, options),
    log: fc.record(
      { maxSize: fc.oneof(fc.nat(), fc.constantFrom("1MB", "2MiB")), compress: fc.boolean() },
      options,
    ),
    groups: fc.array(
      word.filter((name) => !["all", "start", "stop", "status", "adhoc"].includes(name)),
      { maxLength: 2 },
    ),
    autostart: fc.oneof(fc.boolean(), fc.constant("false")),
  },
  { requiredKeys: ["command"] },
);
const config = fc.record(
  {
    name: word,
    env: fc.dictionary(word, word, { maxKeys: 2 }),
    concurrency: fc.integer({ min: 1, max: 99 }),
    defaults: fc.record(
      { restart: fc.constantFrom("no", "always"), stop: fc.record({ timeout: time }) },
      options,
    ),
    processes: fc.dictionary(fc.stringMatching(/^p[a-z0-9-]{0,6}$/), fc.oneof(word, processKeys), {
      minKeys: 1,
      maxKeys: 4,
    }),
  },
  { requiredKeys: ["name", "processes"] },
);

test("a configuration means the same in YAML, TOML and JSON, and so does what `config show` prints", async () => {
  await fc.assert(
    fc.asyncProperty(config, async (data) => {
      const specOf = async (file: string, content: string) => {
        const project = await loaded({ [file]: content });
        const { spec } = project;
        const { processes, groups, concurrency, name } = spec;
        const text = JSON.stringify({ processes, groups, concurrency, name });
        // Another directory each time; and TOML writes maps last, so the order is not compared.
        return { project, spec: JSON.parse(text.replaceAll(spec.directory, "")) as unknown };
      };
      const json = await specOf("procman.json", JSON.stringify(data));
      expect((await specOf("procman.yaml", Bun.YAML.stringify(data))).spec).toEqual(json.spec);
      expect((await specOf("procman.toml", Bun.TOML.stringify(data))).spec).toEqual(json.spec);
      const shown = await specOf("procman.yaml", yamlOf(shownData(json.project)));
      expect(shown.spec).toEqual(json.spec);
    }),
    { numRuns: 100 },
  );
}, 60_000);

describe("whatever a file says, the loader answers with a project or with problems", () => {
  const KEYS =
    "name env envFile defaults groups profiles concurrency alerts processes command shell cwd dependsOn instances port number bump ready http url tcp exec after within health log pattern means headers status body tls ca insecure restart policy max backoff stop signal timeout limits watch schedule hooks log maxSize user umask links members condition a b x-a __proto__ constructor".split(
      " ",
    );
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "medium" },
      fc.constantFrom(
        null,
        true,
        false,
        0,
        1,
        -1,
        1.5,
        3000,
        "",
        "a",
        "b",
        "5s",
        "1MB",
        "always",
        "auto",
        "max",
        "*",
        "@a",
        "a-*",
        "ready",
      ),
      fc.constantFrom(
        "${A}",
        "${a.port}",
        "${",
        "${A:-${B:-c}}",
        "$${",
        "${A:?x}",
        "http://h",
        "x?",
      ),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...KEYS), tie("node"), { maxKeys: 5 }),
    ),
  })).node;
  const answer = async (content: string, file: string) => {
    const result = await load(folderOf({ [file]: content }), { profiles: ["a"], env: { A: "1" } });
    if (result.ok) return;
    expect(result.problems.length).toBeGreaterThan(0);
    for (const problem of result.problems)
      expect(problem.message).not.toMatch(/undefined|got \[object|NaN|expected (?:Invalid|Too) /);
  };

  test("made of its own keys in any order", async () => {
    const project = fc.record(
      {
        processes: fc.dictionary(fc.constantFrom("a", "b", "c"), value),
        defaults: value,
        env: value,
        groups: value,
      },
      options,
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(value, project), (data) =>
        answer(JSON.stringify(data), "procman.json"),
      ),
      { numRuns: 300 },
    );
  });

  test("or mangled in one place", async () => {
    const sound = `name: shop\nenv: { A: "x" }\nprocesses:\n  a:\n    command: [a, "b: c"]\n    port: 3000\n    ready:\n      - { tcp: "\${PORT}" }\n  b: |\n    x\n      y\n`;
    const edit = fc.tuple(
      fc.nat(sound.length),
      fc.nat(6),
      fc.stringMatching(/^[ \n:{}[\]"'|>&*!#?$%@`\\a-]{0,4}$/),
    );
    await fc.assert(
      fc.asyncProperty(edit, ([at, length, text]) =>
        answer(sound.slice(0, at) + text + sound.slice(at + length), "procman.yaml"),
      ),
      { numRuns: 300 },
    );
  });
});
