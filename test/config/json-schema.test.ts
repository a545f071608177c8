import { describe, expect, test } from "bun:test";
import { z } from "zod";
import { configJsonSchema, processDefaults } from "../../src/config/schema/json-schema.ts";
import { processKeys } from "../../src/config/schema/process.ts";
import { projectKeys } from "../../src/config/schema/project.ts";
import { processOf } from "./project-folder.ts";

const editor = z.fromJSONSchema(configJsonSchema());

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
  const keys = [...Object.entries(projectKeys.shape), ...Object.entries(processKeys.shape)];
  const undescribed = keys.filter(([, key]) => key.description === undefined);
  expect(undescribed.map(([name]) => name)).toEqual([]);
});

test("its defaults are those that a process gets", async () => {
  expect(await processOf({ ...processDefaults(), command: "x" })).toEqual({
    ...(await processOf("x")),
    cwd: expect.any(String),
  });
});
