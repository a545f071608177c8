/** Plots, graphs and values of the page. */

import { describe, expect, test } from "bun:test";
import { placed } from "../../src/dashboard/graph-layout.ts";
import { plotPath, upperEdge } from "../../src/dashboard/plot.ts";
import { clockText, countText, cpuText, lastedText, memoryText } from "../../src/dashboard/text.ts";

describe("a plot", () => {
  const frame = { fromMs: 0, toMs: 100, most: 10, width: 200, height: 50 };
  const rows: readonly (readonly [
    title: string,
    points: readonly (readonly [atMs: number, value: number | null])[],
    path: string,
  ])[] = [
    ["of nothing is empty", [], ""],
    [
      "has its zero below",
      [
        [0, 0],
        [100, 10],
      ],
      "M0 50h0L200 0",
    ],
    [
      "has a gap where nothing is known",
      [
        [0, 5],
        [25, null],
        [50, 5],
      ],
      "M0 25h0M100 25h0",
    ],
    ["does not leave its frame above", [[0, 20]], "M0 0h0"],
  ];
  test.each(rows)("%s", (_, points, path) => {
    expect(
      plotPath(
        points.map(([atMs, value]) => ({ atMs, value })),
        frame,
      ),
    ).toBe(path);
  });

  test("ends above at a number that is easily read", () => {
    const edges = [0, 0.3, 1, 1.1, 3, 7, 99, 210e6].map(upperEdge);
    expect(edges).toEqual([1, 0.5, 1, 2, 5, 10, 100, 500e6]);
  });
});

describe("a graph", () => {
  const node = (name: string, ...dependsOn: string[]) => ({ name, dependsOn });

  test("has each process to the right of all that it depends on", () => {
    const nodes = [node("web", "api", "db"), node("api", "db"), node("db"), node("cache")];
    expect(placed(nodes)).toEqual([
      { name: "web", column: 2, row: 0 },
      { name: "api", column: 1, row: 0 },
      { name: "db", column: 0, row: 0 },
      { name: "cache", column: 0, row: 1 },
    ]);
  });

  test("leaves out what is not there, and ends where there is a cycle", () => {
    const nodes = [node("a", "b", "gone"), node("b", "a")];
    expect(placed(nodes).map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("of many that depend on many is placed at once", () => {
    const layers = Array.from({ length: 20 }, (_, at) => at);
    const nodes = layers.flatMap((at) =>
      ["x", "y", "z"].map((it) =>
        node(
          `${it}${at}`,
          ...(at === 0 ? [] : ["x", "y", "z"].map((below) => `${below}${at - 1}`)),
        ),
      ),
    );
    expect(placed(nodes).at(-1)).toEqual({ name: "z19", column: 19, row: 2 });
  });
});

test("values are shown as the command line shows them, and what is not known by a dash", () => {
  expect([cpuText(1.26), memoryText(31_457_280), lastedText(3_723_000)]).toEqual([
    "1.3 %",
    "31 MB",
    "1h 2m",
  ]);
  expect([cpuText(null), memoryText(null), lastedText(null)]).toEqual(["–", "–", "–"]);
  expect([countText(1, "process", "processes"), countText(2, "process", "processes")]).toEqual([
    "1 process",
    "2 processes",
  ]);
  expect(clockText("2026-01-01T00:00:01.007Z", true)).toMatch(
    /^20\d\d-\d\d-\d\d \d\d:\d\d:01\.007$/,
  );
  expect(clockText(Date.now())).toMatch(/^\d\d:\d\d:\d\d$/);
  expect(clockText("nonsense")).toBe("–");
});
