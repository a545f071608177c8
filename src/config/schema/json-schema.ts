/** The JSON Schema of a configuration, for editors: made from the schema that checks it. */

import { z } from "zod";
import { isMap } from "../tree.ts";
import { processKeys } from "./process.ts";
import { projectKeys } from "./project.ts";

/** A draft 2020-12 schema of the whole file, short forms, descriptions and defaults included. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(projectKeys, { ...AS_WRITTEN, reused: "ref" });
  return {
    $schema: schema["$schema"],
    title: "procman configuration",
    ...(asWritten(schema, schema["$defs"]) as Record<string, unknown>),
  };
}

/** What every process has that says nothing else, as people would write it. */
export function processDefaults(): Record<string, unknown> {
  return defaultsIn(z.toJSONSchema(processKeys, AS_WRITTEN));
}

/** With defaults as people would write them (`usual` in `fields.ts`). */
const AS_WRITTEN = {
  io: "input",
  override({ jsonSchema }: { readonly jsonSchema: Record<string, unknown> }) {
    if (!("written" in jsonSchema)) return;
    jsonSchema["default"] = jsonSchema["written"];
    delete jsonSchema["written"];
  },
} as const;

/** What may be written beyond what is checked: `null` for any key, and keys that begin with `x-` where keys are known. */
function asWritten(schema: unknown, definitions: unknown): unknown {
  if (Array.isArray(schema)) return schema.map((item) => asWritten(item, definitions));
  if (!isMap(schema)) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, asWritten(value, definitions)]),
  );
  const { properties, additionalProperties: others } = inner;
  if (isMap(others)) return { ...inner, additionalProperties: orNull(others, definitions) };
  if (!isMap(properties) || others !== false) return inner;
  const removable = Object.entries(properties).map(([key, value]) => [
    key,
    orNull(value, definitions),
  ]);
  return {
    ...inner,
    properties: Object.fromEntries(removable) as unknown,
    patternProperties: { "^x-": {} },
  };
}

/** Editors show the description and the default of the whole, so they stay on top. */
function orNull(schema: unknown, definitions: unknown): unknown {
  if (!isMap(schema)) return schema;
  const { description, default: value, ...form } = schema;
  const name = String(form["$ref"]).replace("#/$defs/", "");
  const definition: unknown = isMap(definitions) ? definitions[name] : undefined;
  const said = description ?? (isMap(definition) ? definition["description"] : undefined);
  return {
    ...(said === undefined ? {} : { description: said }),
    ...(value === undefined ? {} : { default: value }),
    anyOf: [form, { type: "null" }],
  };
}

/** The defaults of the properties, and of the maps among them that every process has. */
function defaultsIn(schema: unknown): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [key, property] of Object.entries(propertiesOf(schema))) {
    const inner = HAS_PARTS.has(key) ? defaultsIn(property) : {};
    if (Object.keys(inner).length > 0) found[key] = inner;
    else if (isMap(property) && property["default"] !== undefined) found[key] = property["default"];
  }
  return found;
}

const HAS_PARTS = new Set(["restart", "backoff", "stop", "log"]);

/** Those of a map, or of the map among the forms that a value may have. */
function propertiesOf(schema: unknown): Record<string, unknown> {
  if (!isMap(schema)) return {};
  const forms = [schema, ...(Array.isArray(schema["anyOf"]) ? schema["anyOf"] : [])];
  const map = forms.find((form) => isMap(form) && isMap(form["properties"]));
  return isMap(map) && isMap(map["properties"]) ? map["properties"] : {};
}
