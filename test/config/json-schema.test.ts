import { describe, expect, test } from "bun:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { configJsonSchema, processDefaults } from "../../src/config/schema/json-schema.ts";
import { isMap } from "../../src/config/tree.ts";
import { processOf } from "./project-folder.ts";

/** Strict: a keyword that the draft does not know is an error. Editors have a validator of this kind. */
const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(
  configJsonSchema(),
);

describe("the JSON Schema takes", () => {
  test.each([
    { processes: { a: "x" } },
    {
      $schema: "./procman.schema.json",
      "x-mine": 1,
      processes: { a: { command: ["x"], "x-too": [] } },
    },
    {
      processes: {
        a: { command: "x", restart: "always", port: 3000, dependsOn: ["b"], ready: { tcp: 1 } },
      },
    },
    {
      processes: {
        a: {
          command: "x",
          restart: { max: 1 },
          port: "${P}",
          dependsOn: { b: "ready" },
          ready: [{ http: "x" }],
        },
      },
    },
    { groups: { g: ["a"], h: { members: [] } }, profiles: { p: [], q: { env: { A: null } } } },
  ])("%j", (config) => {
    validate(config);
    expect(validate.errors ?? []).toEqual([]);
  });
});

describe("the JSON Schema refuses", () => {
  test.each([
    { proceses: {} },
    { processes: { a: { comand: "x" } } },
    { processes: { a: { command: "x", restart: "alwys" } } },
    { processes: { a: { command: "x", stop: { timout: 1 } } } },
  ])("%j", (config) => {
    expect(validate(config)).toBe(false);
  });
});

test("every key at every level is described", () => {
  const undescribed: string[] = [];
  const look = (schema: unknown, definitions: Record<string, unknown>): void => {
    if (schema === null || typeof schema !== "object") return;
    for (const [key, value] of Object.entries(schema)) {
      look(value, definitions);
      if (key !== "properties" || !isMap(value)) continue;
      for (const [name, property] of Object.entries(value)) {
        if (!isMap(property)) continue;
        const definition = definitions[String(property["$ref"]).replace("#/$defs/", "")];
        if (!property["description"] && !(isMap(definition) && definition["description"]))
          undescribed.push(name);
      }
    }
  };
  const schema = configJsonSchema();
  look(schema, schema["$defs"] as Record<string, unknown>);
  expect(undescribed).toEqual([]);
});

test("its defaults are those that a process gets", async () => {
  expect(await processOf({ ...processDefaults(), command: "x" })).toEqual({
    ...(await processOf("x")),
    cwd: expect.any(String),
  });
});
