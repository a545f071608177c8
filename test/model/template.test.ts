import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  escapeTemplate,
  expandTemplate,
  inlineVariable,
  portReferences,
  variableReferences,
} from "../../src/model/template.ts";

const VALUES: Record<string, string> = { A: "a", EMPTY: "", NESTED: "${A}", SP: "x y" };
const scope = {
  variable: (name: string) => VALUES[name],
  port: (name: string) => (name === "my-db" ? 5432 : undefined),
};

describe("a template expands", () => {
  test.each([
    ["plain", "plain"],
    ["", ""],
    ["${A}", "a"],
    ["<${A}${SP}>", "<ax y>"],
    ["${EMPTY}", ""],
    ["${NONE:-d}", "d"],
    ["${NONE:-}", ""],
    ["${EMPTY:-d}", "d"],
    ["${A:-d}", "a"],
    ["${A:?why}", "a"],
    ["${NONE:-${A}}", "a"],
    ["${NONE:-${NOT:-${A}!}?}", "a!?"],
    ["${NONE:-x:-y}", "x:-y"],
    ["${my-db.port}", "5432"],
    ["redis://localhost:${my-db.port}/0", "redis://localhost:5432/0"],
    ["$${A}", "${A}"],
    ["$$${A}", "$${A}"],
    ["$A $ $$ {A} }", "$A $ $$ {A} }"],
    ["${NESTED}", "${A}"],
    ["${NONE:-$${A}}", "${A}"],
  ])("%s becomes %s", (text, expected) => {
    expect(expandTemplate(text, scope)).toEqual({ ok: true, value: expected });
  });
});

describe("a template is refused", () => {
  test.each([
    ["${NONE}", "variable NONE is not set"],
    ["${NONE:?say where the key is}", "NONE: say where the key is"],
    ["${EMPTY:?must not be empty}", "EMPTY: must not be empty"],
    ["${NONE:-${NOT}}", "variable NOT is not set"],
    ["${web.port}", 'there is no port of a process "web"'],
    ["${A", "is not closed"],
    ["${NONE:-x", "is not closed"],
    ["${}", '"${}" is none of'],
    ["${A-b}", '"${A-b}" is none of'],
    ["${my-db.host}", '"${my-db.host}" is none of'],
    ["${1A}", "is none of"],
    ["${A:+x}", "is none of"],
    ["${X:-".repeat(40) + "}".repeat(40), "nested deeper"],
  ])("%s: %s", (text, message) => {
    const result = expandTemplate(text, scope);
    expect(result.ok ? result.value : result.message).toContain(message);
    expect(result.ok).toBe(false);
  });
});

test("references are listed once each, those in defaults too", () => {
  const text = "${A} ${B:-${C:-${db.port}}} ${A} ${api.port} $${D}";
  expect(variableReferences(text)).toEqual(["A", "B", "C"]);
  expect(portReferences(text)).toEqual(["db", "api"]);
  expect(variableReferences("${")).toEqual([]);
});

test("escaped text expands to itself, whatever is in it", () => {
  const text = fc
    .array(fc.constantFrom("$", "{", "}", "${", "A", ":-", "$${", "é"))
    .map((x) => x.join(""));
  fc.assert(
    fc.property(text, (raw) => {
      expect(expandTemplate(escapeTemplate(raw), scope)).toEqual({ ok: true, value: raw });
    }),
  );
});

test("no text makes the expansion throw", () => {
  fc.assert(
    fc.property(fc.string(), (raw) => {
      expect(typeof expandTemplate(`\${${raw}`, scope).ok).toBe("boolean");
    }),
  );
});

test.each([
  ["${PATH}:/bin", "/sbin", "/sbin:/bin"],
  ["${PATH:-x}:/bin", "${HOME}/bin", "${HOME}/bin:/bin"],
  ["${PATH:-x}", "", "x"],
  ["${PATH}", "", ""],
  ["${PATH:-x}", null, "x"],
  ["${PATH}", null, "${PATH}"],
  ["$${PATH} ${OTHER:-${PATH}} ${db.port}", "/sbin", "$${PATH} ${OTHER:-/sbin} ${db.port}"],
  ["${OTHER:?say} ${", "/sbin", "${OTHER:?say} ${"],
])("inlining PATH into %s over %p gives %s", (text, value, expected) => {
  expect(inlineVariable(text, "PATH", value)).toBe(expected);
});
