import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { jsonLines } from "../../src/config/documents/json-lines.ts";
import type { Lines } from "../../src/config/documents/lines.ts";
import { tomlLines } from "../../src/config/documents/toml-lines.ts";
import { yamlLines } from "../../src/config/documents/yaml-lines.ts";
import type { Path } from "../../src/config/tree.ts";

const YAML = `# comment
name: shop
env: &env
  A: "x: y"
  'B c': z
text: |
  name: not a key

  more: text
processes:
  api:
    command:
    - bun
    - run
    ready:
      - http: x
        within: 1s
      -
        tcp: 3
  "web:1": { command: x,
     env: { A: 1 } }   # flow
  after: >-
    folded: text
  last:
    <<: *env
    long: "begins
      a: b
      ends"
    x: 1
`;

const TOML = `name = "shop" # x
env.A = "1"

[processes.api]
command = """
x = 1
"""
port = 3
[processes."web:1"]
command = 'x'
[[alerts]]
on = ["a"]
[[alerts]]
on = ["b"]
`;

describe("the line of a key is found", () => {
  const yaml = yamlLines(YAML);
  const toml = tomlLines(TOML);
  const json = jsonLines(
    '{ "a": [1,\n 2, { "b\\n": /* "c": */ 3 // x\n } ],\n"d": {}, "e": "}"\n, "f": true }',
  );
  const rows: readonly (readonly [string, Lines, Path, number | null])[] = [
    ["YAML", yaml, ["name"], 2],
    ["YAML", yaml, ["env", "A"], 4],
    ["YAML", yaml, ["env", "B c"], 5],
    ["YAML", yaml, ["text"], 6],
    ["YAML", yaml, ["more"], null],
    ["YAML", yaml, ["processes", "api", "command", "1"], 14],
    ["YAML", yaml, ["processes", "api", "ready", "0", "http"], 16],
    ["YAML", yaml, ["processes", "api", "ready", "0", "within"], 17],
    ["YAML", yaml, ["processes", "api", "ready", "1", "tcp"], 19],
    ["YAML", yaml, ["processes", "web:1", "env", "A"], 20],
    ["YAML", yaml, ["processes", "after"], 22],
    ["YAML", yaml, ["processes", "last", "x"], 29],
    ["YAML", yaml, ["processes", "nope"], 10],
    ["TOML", toml, ["name"], 1],
    ["TOML", toml, ["env", "A"], 2],
    ["TOML", toml, ["processes", "api", "port"], 8],
    ["TOML", toml, ["processes", "web:1", "command"], 10],
    ["TOML", toml, ["alerts", "1", "on"], 14],
    ["JSON", json, ["a", "1"], 2],
    ["JSON", json, ["a", "2", "b\n"], 2],
    ["JSON", json, ["d"], 4],
    ["JSON", json, ["f"], 5],
  ];
  test.each(rows)("in %s", (_, lines, path, line) => {
    expect(lines.of(path)).toBe(line);
  });

  test("and nothing counts as repeated that is not", () => {
    expect([...yaml.repeated, ...toml.repeated, ...json.repeated]).toEqual([]);
  });
});

test("every key of a printed JSON or YAML document is found on its line", () => {
  const key = fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 8 });
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.integer(),
      tie("map"),
      fc.array(tie("node"), { maxLength: 3 }),
    ),
    map: fc.dictionary(key, tie("node"), { maxKeys: 4 }),
  })).map;
  fc.assert(
    fc.property(tree, (data) => {
      const json = JSON.stringify(data, null, 2);
      const lines = jsonLines(json);
      const rows = json.split("\n");
      expect(lines.repeated).toEqual([]);
      for (const path of pathsOf(data)) {
        const row = rows[lines.of(path)! - 1]!;
        const last = path.at(-1)!;
        if (!/^\d+$/.test(last)) expect(row.trimStart()).toStartWith(JSON.stringify(last));
      }
      yamlLines(Bun.YAML.stringify(data, null, 2));
      yamlLines(json);
    }),
    { numRuns: 300 },
  );
});

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...path, key],
    ...pathsOf(inner, [...path, key]),
  ]);
}
