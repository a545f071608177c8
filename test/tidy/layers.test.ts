/** Imports go downward only: the table of layers holds for the source, and the check sees what breaks it. */

import { expect, test } from "bun:test";
import { layerFaults } from "./layers.ts";
import { sourceFiles } from "./source.ts";

test("the source keeps the layers", () => {
  expect(layerFaults(sourceFiles("src"))).toEqual([]);
});

/** Source that would break a rule, and a part of what must be said about it. Null: nothing to say. */
const rows: readonly (readonly [path: string, text: string, fault: string | null])[] = [
  ["src/core/a.ts", 'import { b } from "../model/b.ts";', null],
  ["src/core/a.ts", 'import type { B } from "../config/b.ts";', "core must not import"],
  ["src/core/a.ts", 'import {\n  b,\n  c,\n} from "../supervisor/b.ts";', "core must not import"],
  ["src/core/a.ts", 'export { b } from "../logs/b.ts";', "core must not import"],
  ["src/core/a.ts", 'type B = import("../cli/b.ts").B;', "core must not import"],
  ["src/core/a.ts", '/** import { b } from "../cli/b.ts" */', null],
  ["src/core/a.ts", 'import { readFileSync } from "node:fs";', "core is pure"],
  ["src/choreographer/a.ts", 'import { sleep } from "bun";', "choreographer is pure"],
  ["src/model/a.ts", 'import { z } from "zod";', null],
  ["src/model/a.ts", 'import { b } from "../core/b.ts";', "nothing above itself"],
  ["src/platform/a.ts", 'import type { B } from "../supervisor/ports.ts";', null],
  ["src/platform/a.ts", 'import { b } from "../supervisor/loop.ts";', "platform must not import"],
  ["src/logs/a.ts", 'import { b } from "../store/b.ts";', "logs must not import"],
  ["src/store/a.ts", 'const b = await import("../daemon/b.ts");', "store must not import"],
  ["src/logs/a.ts", 'new Worker(new URL("../cli/b.ts", import.meta.url));', "logs must not import"],
  ["src/cli/a.ts", 'import { defineCommand } from "citty";', null],
  ["src/client/a.ts", 'import { z } from "zod/mini";', "package zod/mini is not at its place"],
  ["src/cli/a.ts", 'import pidusage from "pidusage";', "package pidusage is not at its place"],
  ["src/cli/a.ts", 'import { b } from "../../test/b.ts";', "outside src/"],
  ["src/misc/a.ts", 'import { b } from "../model/b.ts";', "not in the table"],
];

for (const [path, text, fault] of rows) {
  const promise = fault === null ? "is in order" : "is a fault";
  test(`in ${path}, ${JSON.stringify(text)} ${promise}`, () => {
    const faults = layerFaults([{ path, text }]);
    if (fault === null) expect(faults).toEqual([]);
    else expect(faults).toEqual([expect.stringContaining(fault)]);
  });
}

test("a cycle is found once, types included", () => {
  const files = [
    { path: "src/core/a.ts", text: 'import { b } from "./b.ts";' },
    { path: "src/core/b.ts", text: 'import type { C } from "./c.ts";' },
    { path: "src/core/c.ts", text: 'import { a } from "./a.ts";' },
    { path: "src/core/d.ts", text: 'import { c } from "./c.ts";' },
  ];
  expect(layerFaults(files)).toEqual([
    "a cycle of imports: src/core/a.ts → src/core/b.ts → src/core/c.ts → src/core/a.ts",
  ]);
});
