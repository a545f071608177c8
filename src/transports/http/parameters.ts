/** What requests can say, each with how it is read: from the query always as text, from a body as JSON too. */

import { parseDuration } from "../../model/duration.ts";
import { LEVELS } from "../../protocol/logs.ts";
import { HEALTHS, PUBLIC_STATES } from "../../protocol/status.ts";
import { flag, text, type Schema } from "./schema.ts";

export interface Parameter<T, R extends boolean = boolean> {
  readonly about: string;
  readonly schema: Schema;
  /** What it has to be, as the end of a sentence. */
  readonly expected: string;
  readonly isRequired: R;
  /** Undefined: it is not that. */
  readonly read: (value: unknown) => T | undefined;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;

/** Null: it was not given. */
export type Values<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T, infer R>
    ? R extends true
      ? T
      : T | null
    : never;
};

type Optional<T> = Parameter<T, false>;

export function required<T>(parameter: Optional<T>): Parameter<T, true> {
  return { ...parameter, isRequired: true };
}

export function word(about: string, expected = "text"): Optional<string> {
  const read = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
  return { about, expected, schema: text, isRequired: false, read };
}

export function yesNo(about: string): Optional<boolean> {
  const read = (value: unknown): boolean | undefined => {
    if (value === true || value === "true" || value === "1" || value === "") return true;
    return value === false || value === "false" || value === "0" ? false : undefined;
  };
  return { about, expected: "true or false", schema: flag, isRequired: false, read };
}

export function count(about: string, max = 1_000_000, min = 0): Optional<number> {
  return {
    about,
    expected: `a number from ${min} to ${max}`,
    schema: { type: "integer", minimum: min, maximum: max },
    isRequired: false,
    read(value) {
      const number = typeof value === "string" && /^\d{1,15}$/.test(value) ? Number(value) : value;
      const isFit = Number.isSafeInteger(number) && (number as number) >= min;
      return isFit && (number as number) <= max ? (number as number) : undefined;
    },
  };
}

export function oneOf<const V extends string>(about: string, values: readonly V[]): Optional<V> {
  return {
    about,
    expected: `one of ${values.join(", ")}`,
    schema: { type: "string", enum: values },
    isRequired: false,
    read: (value) => values.find((it) => it === value),
  };
}

/** Several, with commas between them. */
export function someOf<const V extends string>(
  about: string,
  values: readonly V[],
): Optional<readonly V[]> {
  return {
    about: `${about}; several with commas between them`,
    expected: `some of ${values.join(", ")}`,
    schema: text,
    isRequired: false,
    read(value) {
      if (typeof value !== "string") return undefined;
      const given = value.split(",");
      const found = given.flatMap((one) => values.find((it) => it === one) ?? []);
      return found.length === given.length ? found : undefined;
    },
  };
}

/** With commas between them, or as a list. */
export function words(about: string): Optional<readonly string[]> {
  return {
    about: `${about}; several with commas between them`,
    expected: "text",
    schema: text,
    isRequired: false,
    read(value) {
      const found: unknown = typeof value === "string" ? value.split(",") : value;
      const isFit =
        Array.isArray(found) && found.every((it) => typeof it === "string" && it !== "");
      return isFit ? (found as string[]) : undefined;
    },
  };
}

/** Milliseconds. */
export function duration(about: string): Optional<number> {
  return {
    about: `${about}, like 500ms, 30s, 2m, or a number of milliseconds`,
    expected: "a duration like 500ms, 30s or 2m",
    schema: { type: ["string", "integer"] },
    isRequired: false,
    read(value) {
      if (typeof value !== "string" && typeof value !== "number") return undefined;
      return parseDuration(value) ?? undefined;
    },
  };
}

/** Milliseconds since 1970, of what is given as a timestamp or a duration back from now. */
export function moment(about: string): Optional<number> {
  return {
    about: `${about}: a timestamp, or a duration back from now like 10m`,
    expected: "a timestamp, or a duration back from now like 10m",
    schema: text,
    isRequired: false,
    read(value) {
      if (typeof value !== "string") return undefined;
      const back = /^[\d.]+$/.test(value) ? null : parseDuration(value);
      if (back !== null) return Date.now() - back;
      const ms = /^\d{4}-\d{2}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
      return Number.isNaN(ms) ? undefined : ms;
    },
  };
}

/** Whatever JSON it is. */
export function json(about: string): Optional<unknown> {
  const read = (value: unknown): unknown => value;
  return { about, expected: "JSON", schema: {}, isRequired: false, read };
}

export const project = word("The project; needed where a target is in several of them");
export const state = someOf("In one of these states", PUBLIC_STATES);
export const health = someOf("Of such health", HEALTHS);
export const level = oneOf("This level and above", LEVELS);
export const timeout = duration("How long it may take");
export const until = oneOf("When it is answered: as soon as each was spawned, or is ready", [
  "spawned",
  "ready",
]);
export const withDependents = yesNo("Also what depends on them");
