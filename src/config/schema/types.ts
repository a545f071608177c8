/** The type of a configuration as people write it: the schema's, with room for what layers remove and for keys of their own. */

import type { ProjectInput } from "./project.ts";

/** The type with `null` allowed for every key, and keys that begin with `x-` in every map of known keys. */
export type WithUserKeys<Value> = Value extends readonly (infer Item)[]
  ? WithUserKeys<Item>[]
  : Value extends object
    ? { [Key in keyof Value]: WithUserKeys<Value[Key]> | null } & UserKeysOf<Value>
    : Value;

type UserKeysOf<Value> = string extends keyof Value ? unknown : { [key: `x-${string}`]: unknown };

/**
 * A function's return type is not searched for unknown keys, as an object literal is. So every key of `Given` that
 * no configuration has gets the type `never`, which nothing fits.
 */
export type Known<
  Given,
  Wanted = WithUserKeys<ProjectInput>,
> = Given extends readonly (infer Item)[]
  ? Known<Item, ItemOf<Wanted>>[]
  : Given extends object
    ? {
        [Key in keyof Given]: Key extends KeyOf<MapIn<Wanted>>
          ? Known<Given[Key], At<MapIn<Wanted>, Key>>
          : never;
      }
    : Given;

type ItemOf<Value> = Value extends readonly (infer Item)[] ? Item : never;
type MapIn<Value> = Exclude<Extract<Value, object>, readonly unknown[]>;
type KeyOf<Value> = Value extends unknown ? keyof Value : never;
type At<Value, Key> = Value extends unknown
  ? Key extends keyof Value
    ? Value[Key]
    : never
  : never;
