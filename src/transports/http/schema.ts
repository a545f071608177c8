/** JSON Schema, as far as the description of the interface needs it. */

export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly anyOf?: readonly Schema[];
  readonly $ref?: string;
}

/** Every key of `T`, all of them there but those named; further ones may come. */
export function objectOf<T>(
  description: string,
  properties: { readonly [K in keyof Required<T>]: Schema },
  optional: readonly (keyof T)[] = [],
): Schema {
  const required = Object.keys(properties).filter((key) => !optional.includes(key as keyof T));
  return { type: "object", description, properties, required };
}

export function listOf(items: Schema): Schema {
  return { type: "array", items };
}

export function orNull(schema: Schema): Schema {
  const { type } = schema;
  return typeof type === "string" && schema.enum === undefined
    ? { ...schema, type: [type, "null"] }
    : { anyOf: [schema, { type: "null" }] };
}

/** One of the schemas that have a name. */
export function named(name: string): Schema {
  return { $ref: `#/components/schemas/${name}` };
}

export const text: Schema = { type: "string" };
export const flag: Schema = { type: "boolean" };
export const whole: Schema = { type: "integer" };
export const amount: Schema = { type: "number" };
export const time: Schema = { type: "string", format: "date-time" };
export const anything: Schema = { type: "object", additionalProperties: true };
export const texts: Schema = listOf(text);
