import { describe, expect, test } from "bun:test";
import { Variables } from "../../src/model/variables.ts";

function variables(templates: Record<string, string | null>, below: Record<string, string> = {}) {
  return new Variables({
    template: (name) => templates[name],
    below: (name) => below[name],
    port: () => undefined,
  });
}

describe("variables that name each other", () => {
  test.each([
    ["one another", { A: "${B}!", B: "b" }, "b!"],
    ["one below", { A: "${HOME}/x" }, "/home/x"],
    ["itself, which means the one below", { A: "x:${A}", B: "" }, "x:below"],
    ["itself with a default", { A: "${A:-none}" }, "below"],
    ["one that was taken away, with a default", { A: "${HOME:-none}", HOME: null }, "none"],
    ["one many times", { A: "${B}${B}", B: "${C}${C}", C: "c" }, "cccc"],
  ])("%s", (_, templates, expected) => {
    const scope = variables(templates, { HOME: "/home", A: "below" });
    expect(scope.expansion("A")).toEqual({ ok: true, value: expected });
    expect(scope.variable("A")).toBe(expected);
  });

  test("in a circle are refused once, with the way round; all that hangs on them is known as faulty", () => {
    const scope = variables({ A: "${B}", B: "${C}", C: "${B}", D: "d" });
    const results = ["A", "B", "C", "D"].map((name) => scope.expansion(name));
    expect(results.filter((result) => result?.ok === false)).toEqual([
      { ok: false, message: "these variables refer to each other: B → C → B" },
    ]);
    expect(["A", "B", "C", "D"].filter((name) => scope.faulty.has(name))).toEqual(["A", "B", "C"]);
  });

  test("twice over, forty deep, are refused at once instead of filling the memory", () => {
    const templates = Object.fromEntries(
      Array.from({ length: 40 }, (_, at) => [`V${at}`, `\${V${at + 1}}\${V${at + 1}}`]),
    );
    const scope = variables({ ...templates, V40: "x" });
    expect(scope.expansion("V0")).toMatchObject({ ok: true });
    expect(scope.expansion("V22")).toEqual({
      ok: false,
      message: "it becomes longer than 131072 characters",
    });
    expect(scope.faulty.has("V0")).toBe(true);
  });
});
