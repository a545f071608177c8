/** The JSON Schema of a configuration, for editors: made from the schema that checks it. */

import { z } from "zod";
import { isMap } from "../tree.ts";
import { processKeys } from "./process.ts";
import { projectKeys } from "./project.ts";

/** A draft 2020-12 schema of the whole file, short forms, descriptions and defaults included. */
export function configJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(projectKeys, { io: "input", reused: "ref" });
  return {
    $schema: schema["$schema"],
    title: "procman configuration",
    ...(withUserKeys(schema) as Record<string, unknown>),
  };
}

/** What every process has that says nothing else, as people would write it. */
export function processDefaults(): Record<string, unknown> {
  return defaultsIn(z.toJSONSchema(processKeys, { io: "input" }));
}

/** Keys that begin with `x-` are allowed wherever the keys are known. */
function withUserKeys(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withUserKeys);
  if (!isMap(schema)) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [key, withUserKeys(value)]),
  );
  const isStrict = isMap(schema["properties"]) && schema["additionalProperties"] === false;
  return isStrict ? { ...inner, patternProperties: { "^x-": {} } } : inner;
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
