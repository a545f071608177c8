import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { configJsonSchema, processDefaults } from "../../src/config/schema/json-schema.ts";
import { processOf } from "./project-folder.ts";

const schema = configJsonSchema();
const editor = z.fromJSONSchema(schema as never);

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
    expect(editor.safeParse(config).error?.issues ?? []).toEqual([]);
  });
});

describe("the JSON Schema refuses", () => {
  test.each([
    { proceses: {} },
    { processes: { a: { comand: "x" } } },
    { processes: { a: { command: "x", restart: "alwys" } } },
    { processes: { a: { command: "x", stop: { timout: 1 } } } },
  ])("%j", (config) => {
    expect(editor.safeParse(config).success).toBe(false);
  });
});

test("every key of a project and of a process is described", () => {
  const text = JSON.stringify(schema);
  const undescribed = Object.entries(keysOf(schema)).filter(([, key]) => !hasDescription(key));
  expect(undescribed.map(([name]) => name)).toEqual([]);
  expect(text).toContain("How many run");
});

test("its defaults are those that a process gets", async () => {
  expect(await processOf({ ...processDefaults(), command: "x" })).toEqual({
    ...(await processOf("x")),
    cwd: expect.any(String),
  });
});

type Json = Readonly<Record<string, unknown>>;

function keysOf(root: Json): Readonly<Record<string, Json>> {
  return root["properties"] as Record<string, Json>;
}

function hasDescription(key: Json): boolean {
  if (typeof key["description"] === "string") return true;
  const name = String(key["$ref"] ?? "")
    .split("/")
    .at(-1)!;
  const definition = (schema["$defs"] as Record<string, Json> | undefined)?.[name];
  return typeof definition?.["description"] === "string";
}
