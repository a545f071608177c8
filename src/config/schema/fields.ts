/** The kinds of value that configuration keys have. Each carries, as its error, the words that end "expected …". */

import { z } from "zod";
import { parseDuration } from "../../model/duration.ts";
import { parseSize } from "../../model/size.ts";

export const text = (expected = "a string") => z.string({ error: expected });

export const filledText = (expected = "a string that is not empty") =>
  z.string({ error: expected }).regex(/\S/, { error: expected });

export const pattern = (regex: RegExp, expected: string) =>
  z.string({ error: expected }).regex(regex, { error: expected });

const REGEX = "a regular expression";

/** One that compiles. */
export const regex = () =>
  z.string({ error: REGEX }).min(1, { error: REGEX }).refine(compiles, { error: REGEX });

export const choice = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, { error: oneOf(values) });

const FLAG = "true or false";

/** `true` or `false`; a string that resolves to one will do. */
export const flag = () =>
  z
    .union([z.boolean(), z.enum(["true", "false"]), z.templateLiteral(["${", z.string(), "}"])], {
      error: FLAG,
    })
    .transform((value, context) => {
      if (typeof value === "boolean") return value;
      if (value === "true" || value === "false") return value === "true";
      context.addIssue({ code: "custom", message: FLAG, input: value });
      return z.NEVER;
    });

export const list = <Item extends z.ZodType>(item: Item, expected: string) =>
  z.array(item, { error: expected });

/** One, or a list of them; a list comes out. */
export const oneOrMore = <Item extends z.ZodType>(item: Item, expected: string) =>
  z
    .union([item, z.array(item)], { error: expected })
    .transform((value) => (Array.isArray(value) ? value : [value]) as z.output<Item>[]);

export const strings = z.array(filledText(), { error: "a list of strings" });

const WORDS = "a list of at least one string";

const PROGRAM_FIRST = "a list whose first string names a program";

export const command = z.union(
  [
    filledText(),
    z
      .array(text(), { error: WORDS })
      .min(1, { error: WORDS })
      .refine(([program]) => program === undefined || program.trim() !== "", {
        error: PROGRAM_FIRST,
      }),
  ],
  {
    error: "a command: a string or a list of strings",
  },
);

/** A map of named keys and no others. */
export const keys = <Shape extends z.ZodRawShape>(shape: Shape, expected: string) =>
  z.strictObject(shape, { error: expected });

/** A map whose keys are names. */
export const named = <Value extends z.ZodType>(value: Value, expected: string) =>
  z.record(z.string(), value, { error: expected });

/**
 * What stands for a key that is absent, as one would write it. It is read once and not for each process; the JSON Schema
 * shows it as it was written.
 */
export const usual = <Schema extends z.ZodType>(schema: Schema, written: z.input<Schema>) =>
  schema.default(schema.parse(written) as never).meta({ written });

/** A whole number; a string that resolves to one will do. */
export const whole = (min: number, max = Number.MAX_SAFE_INTEGER, expected?: string) => {
  const span = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `${min} to ${max}`;
  return converted(expected ?? `a whole number, ${span}`, (value) => {
    const number = toNumber(value);
    return Number.isInteger(number) && number >= min && number <= max ? number : null;
  });
};

/** A number, fractions allowed; a string that resolves to one will do. */
export const amount = (min: number, max = Number.MAX_VALUE) => {
  const span = max === Number.MAX_VALUE ? `${min} or more` : `${min} to ${max}`;
  return converted(`a number, ${span}`, (value) => {
    const number = toNumber(value);
    return number >= min && number <= max ? number : null;
  });
};

/** Milliseconds come out. */
export const duration = (minMs: 0 | 1 = 0) => {
  const least = minMs === 0 ? "" : " of at least 1ms,";
  return converted(`a duration${least} such as "250ms", "5s", "2m", "1h" or "7d"`, (value) =>
    atLeast(minMs, parseDuration(value)),
  );
};

/** Bytes come out. */
export const size = (minBytes: 0 | 1 = 0) => {
  const least = minBytes === 0 ? "" : " of at least one byte,";
  return converted(`a size${least} such as "512MB", "512MiB" or a number of bytes`, (value) =>
    atLeast(minBytes, parseSize(value)),
  );
};

export function oneOf(values: readonly string[]): string {
  const quoted = values.map((value) => `"${value}"`);
  return quoted.length === 1 ? quoted[0]! : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}

/** A string or a number that `convert` can read: null from it means that it cannot. */
function converted(expected: string, convert: (value: string | number) => number | null) {
  return z.union([z.number(), z.string()], { error: expected }).transform((value, context) => {
    const result = convert(value);
    if (result !== null) return result;
    context.addIssue({ code: "custom", message: expected, input: value });
    return z.NEVER;
  });
}

function atLeast(min: number, value: number | null): number | null {
  return value === null || value < min ? null : value;
}

function compiles(source: string): boolean {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
}

function toNumber(value: string | number): number {
  if (typeof value === "number") return value;
  return value.trim() === "" ? Number.NaN : Number(value);
}
