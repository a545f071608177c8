import { describe, expect, test } from "bun:test";
import { choiceBy } from "../../src/balancer/choice.ts";
import type { Algorithm } from "../../src/model/balance.ts";

const candidates = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([name, connections]) => ({ name, connections }));

describe("who gets the next connections", () => {
  test.each<[string, Algorithm, Record<string, number>, string]>([
    ["each in turn", "round-robin", { a: 9, b: 0, c: 0 }, "a b c a b c"],
    ["the one that there is", "round-robin", { a: 9 }, "a a a a a a"],
    ["who has the fewest", "least-connections", { a: 3, b: 1, c: 2 }, "b b b b b b"],
    [
      "in turn, of those that have equally few",
      "least-connections",
      { a: 1, b: 2, c: 1 },
      "a c a c a c",
    ],
    ["whom chance names", "random", { a: 0, b: 0, c: 0 }, "a b c a b c"],
  ])("%s", (_, algorithm, counts, expected) => {
    let nth = 0;
    const choose = choiceBy(algorithm, () => ((nth++ % 3) + 0.5) / 3);
    const chosen = Array.from({ length: 6 }, () => choose(candidates(counts))?.name);
    expect(chosen.join(" ")).toBe(expected);
  });

  test.each<Algorithm>(["round-robin", "least-connections", "random"])(
    "%s: nobody, where there is nobody",
    (algorithm) => expect(choiceBy(algorithm, () => 0.5)([])).toBeNull(),
  );

  test("round-robin goes on when some come and go", () => {
    const choose = choiceBy("round-robin", () => 0);
    const rounds = [{ a: 0, b: 0 }, { a: 0 }, { a: 0, b: 0, c: 0 }, { a: 0, b: 0, c: 0 }];
    expect(rounds.every((counts) => choose(candidates(counts)) !== null)).toBe(true);
  });
});
