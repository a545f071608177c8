import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { merge } from "../../src/config/merge.ts";
import { yamlOf } from "../../src/config/documents/write.ts";
import { shownData } from "../../src/config/show.ts";
import { dataOf, type Node, type Source, treeOf } from "../../src/config/tree.ts";
import { projectSpecSchema } from "../../src/protocol/spec-schema.ts";
import { formatDuration, parseDuration } from "../../src/model/duration.ts";
import { formatSize, parseSize } from "../../src/model/size.ts";
import { loaded } from "./project-folder.ts";

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
      fc
        .array(
          fc.stringMatching(/^[ -~]*$/).map((raw) => raw.replaceAll("$", "")),
          { maxLength: 2 },
        )
        .map((words) => ["run", ...words]),
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
      {
        maxSize: fc.oneof(fc.integer({ min: 1 }), fc.constantFrom("1MB", "2MiB")),
        compress: fc.constantFrom(true, false, "zstd", "gzip"),
      },
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

/** What the configuration says, however it was written and wherever it lies. */
async function meaningOf(file: string, content: string) {
  const project = await loaded({ [file]: content });
  const { directory, processes, groups, concurrency, name } = project.spec;
  const text = JSON.stringify({ processes, groups, concurrency, name });
  // Another directory each time; and TOML writes maps last, so the order is not compared.
  return { project, spec: JSON.parse(text.replaceAll(directory, "")) as unknown };
}

/** A configuration as each kind of file has it, with the forms that only this kind knows. */
const WRITERS: Readonly<Record<string, (data: unknown) => string>> = {
  "procman.yaml": (data) => Bun.YAML.stringify(data),
  "procman.yml": (data) => `---\n# in flow style\n${JSON.stringify(data)}\n`,
  "procman.toml": (data) => Bun.TOML.stringify(data as Record<string, unknown>),
  "procman.config.jsonc": (data) =>
    `// by hand\n${JSON.stringify(data, null, 2).replaceAll(/\n( *[}\]])/g, ", /* last */\n$1")}\n`,
  "package.json": (data) => JSON.stringify({ name: "other", procman: data }),
};

test("a configuration means the same in every kind of data file, and so does what `config show` prints", async () => {
  await fc.assert(
    fc.asyncProperty(config, async (data) => {
      const json = await meaningOf("procman.json", JSON.stringify(data));
      for (const [file, write] of Object.entries(WRITERS)) {
        expect((await meaningOf(file, write(data))).spec).toEqual(json.spec);
      }
      const shown = await meaningOf("procman.yaml", yamlOf(shownData(json.project)));
      expect(shown.spec).toEqual(json.spec);
      expect(() => projectSpecSchema.parse(json.project.spec)).not.toThrow();
    }),
    { numRuns: 100 },
  );
}, 60_000);

test("and the same as a program, which costs a process each time", async () => {
  await fc.assert(
    fc.asyncProperty(config, fc.constantFrom("ts", "js"), async (data, ending) => {
      const json = await meaningOf("procman.json", JSON.stringify(data));
      const program = await meaningOf(
        `procman.config.${ending}`,
        `export default () => (${JSON.stringify(data)});`,
      );
      expect(program.spec).toEqual(json.spec);
    }),
    { numRuns: 15 },
  );
}, 60_000);
