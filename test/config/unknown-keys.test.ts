import { expect, test } from "bun:test";
import { type Path, showPath } from "../../src/config/tree.ts";
import { ITEM, KNOWN_MAPS } from "./known-maps.ts";
import { problemsOf } from "./project-folder.ts";

const MAPS = KNOWN_MAPS.filter(([path]) => path.length > 0);

/** Data that has nothing but `value` at `path`. */
function dataAt(path: Path, value: unknown): unknown {
  return path.reduceRight((inner, key) => (key === ITEM ? [inner] : { [key]: inner }), value);
}

test("maps of known keys are found at every depth", () => {
  const depths = MAPS.map(([path]) => path.length);
  expect(Math.max(...depths)).toBeGreaterThanOrEqual(5);
  expect(MAPS.length).toBeGreaterThan(40);
});

test.each(MAPS.map(([path, keys]) => [showPath(path), path, keys] as const))(
  "a misspelt key of %s is told with the one that is meant",
  async (shown, path, keys) => {
    const [key] = keys.toSorted((one, other) => other.length - one.length);
    const misspelt = `${key!.slice(0, -2)}${key!.at(-1)}${key!.at(-2)}`;
    const problems = await problemsOf({ "procman.json": dataAt(path, { [misspelt]: 1 }) });
    expect(problems).toContain(
      `procman.json:1: ${shown}.${misspelt}: unknown key | Did you mean "${key}"?`,
    );
  },
);
