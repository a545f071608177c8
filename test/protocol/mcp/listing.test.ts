/** The tools as clients and models see them. */

import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "bun:test";
import { listedTools } from "../../../src/protocol/mcp/listing.ts";

const TOOLS = listedTools(false);

/** What a model is told costs its user in every request: about four bytes are a token. */
const MOST_BYTES = 10_000;

test("the definitions that a model is shown stay short", () => {
  const shown = TOOLS.map(({ name, description, inputSchema }) => [name, description, inputSchema]);
  expect(JSON.stringify(shown).length).toBeLessThan(MOST_BYTES);
});

test.each(TOOLS.map((tool) => [tool.name, tool] as const))(
  "%s has schemas of objects, annotations, and a description of every parameter that needs one",
  (name, { inputSchema, outputSchema, annotations, description, title }) => {
    const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
    expect(name).toMatch(/^[a-z_]{1,64}$/);
    expect([title, description].every((it) => it.length > 5)).toBe(true);
    for (const schema of [inputSchema, outputSchema]) {
      expect(schema).toMatchObject({ type: "object" });
      expect(ajv.validateSchema(schema)).toBe(true);
    }
    const hints = ["readOnlyHint", "destructiveHint", "idempotentHint", "openWorldHint"];
    expect(Object.keys(annotations)).toEqual(["title", ...hints]);
    expect(annotations["openWorldHint"]).toBe(false);
    expect(annotations["readOnlyHint"] === true && annotations["destructiveHint"]).toBe(false);
  },
);
