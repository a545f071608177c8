/** The description of the interface: sound by the rules of OpenAPI 3.1 as far as it uses them, and complete. */

import { expect, test } from "bun:test";
import Ajv from "ajv/dist/2020.js";
import { ROUTES } from "../../../src/transports/http/routes/all.ts";
import { FakeHttp } from "./fake.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<
    Record<string, { readonly content?: Content; readonly $ref?: string }>
  >;
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>;
    readonly responses: Readonly<Record<string, { readonly content: Content }>>;
  };
}

const described = (await (await new FakeHttp().ask("GET /openapi.json")).json()) as Description;
const all = Object.entries(described.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

/** Of the specification, https://spec.openapis.org/oas/v3.1.1, for what is used of it. */
const text = { type: "string", minLength: 1 };
const mapOf = (additionalProperties: object) => ({ type: "object", additionalProperties });
const strict = (properties: object, required: readonly string[]) => {
  return { type: "object", properties, required, additionalProperties: false };
};
const content = mapOf(strict({ schema: { type: "object" } }, ["schema"]));
const reference = strict({ $ref: text }, ["$ref"]);
const response = { anyOf: [strict({ description: text, content }, ["description"]), reference] };
const parameter = strict(
  {
    name: text,
    in: { enum: ["path", "query"] },
    required: { type: "boolean" },
    description: text,
    schema: { type: "object" },
  },
  ["name", "in", "required", "schema"],
);
const operation = strict(
  {
    operationId: text,
    summary: text,
    security: { type: "array", items: mapOf({ type: "array" }) },
    parameters: { type: "array", items: parameter },
    requestBody: strict({ required: { type: "boolean" }, content }, ["content"]),
    responses: { ...mapOf(response), minProperties: 1 },
  },
  ["operationId", "summary", "responses"],
);
const document = strict(
  {
    openapi: { type: "string", pattern: "^3\\.1\\.\\d+$" },
    info: { type: "object", required: ["title", "version"] },
    servers: { type: "array", items: strict({ url: text }, ["url"]) },
    security: { type: "array" },
    paths: {
      type: "object",
      propertyNames: { pattern: "^/" },
      additionalProperties: strict({ get: operation, post: operation, delete: operation }, []),
    },
    components: strict(
      {
        schemas: mapOf({ type: "object" }),
        responses: mapOf(response),
        securitySchemes: mapOf({ type: "object", required: ["type"] }),
      },
      ["schemas"],
    ),
  },
  ["openapi", "info", "paths"],
);

test("the description is one by the rules of OpenAPI 3.1", () => {
  const ajv = new Ajv();
  ajv.validate(document, described);
  expect(ajv.errors).toBeNull();
});

test("every route is described, with all that can be said with it", () => {
  for (const { method, path, parameters, answers } of ROUTES) {
    const found = described.paths[path]?.[method.toLowerCase()];
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    const names = found?.parameters.map(({ name }) => name) ?? [];
    expect([path, names]).toEqual([path, [...inPath, ...Object.keys(parameters)]]);
    const [success] = Object.entries(found?.responses ?? {});
    expect(Object.keys(success?.[1].content ?? {})).toEqual(Object.keys(answers));
    expect(found?.responses["default"]).toEqual({ $ref: "#/components/responses/Problem" });
  }
});

test("no two operations have a name in common", () => {
  const names = all.map(({ operation: { operationId } }) => operationId);
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
});

test("every schema is one of JSON Schema 2020-12, and leads nowhere that there is not", () => {
  const ajv = new Ajv({ strict: false });
  ajv.addFormat("date-time", true);
  ajv.addSchema({ $id: "about:description", ...described });
  const schemas = [
    ...all.flatMap(({ operation: { responses, requestBody } }) => [
      ...Object.values(responses).flatMap(({ content: of = {} }) => Object.values(of)),
      ...Object.values(requestBody?.content ?? {}),
    ]),
    ...Object.values(described.components.responses).flatMap((it) => Object.values(it.content)),
  ].map(({ schema }) => schema);
  for (const schema of [...schemas, ...Object.values(described.components.schemas)]) {
    const absolute = JSON.parse(
      JSON.stringify(schema).replaceAll('"#/', '"about:description#/'),
    ) as object;
    expect(() => ajv.compile(absolute)).not.toThrow();
  }
});
