/** Arguments: read strictly by a command's declaration. citty's own parser takes unknown flags in silence and keeps
 *  only the last of a repeated one, so its declarations are used and Node's parser reads them. */

import { parseArgs } from "node:util";
import type { ArgDef, ArgsDef } from "citty";
import { fail } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import { flagHabit } from "./flag-habits.ts";

export interface Arguments {
  /** Words that are no flags, up to `--`. */
  readonly words: readonly string[];
  /** What follows `--`; null when there was none. */
  readonly rest: readonly string[] | null;
  /** The last value of a flag, null when it was not given. */
  text(flag: string): string | null;
  /** All values of a flag that may be repeated. */
  texts(flag: string): readonly string[];
  isSet(flag: string): boolean;
}

/** Flags that every command takes. */
export const GLOBAL_FLAGS: ArgsDef = {
  help: { type: "boolean", alias: "h", description: "show help" },
  version: { type: "boolean", description: "show the version" },
  json: { type: "boolean", description: "write JSON to stdout, and nothing else there" },
  color: { type: "boolean", negativeDescription: "no colour" },
  quiet: { type: "boolean", alias: "q", description: "no messages on stderr but errors" },
  file: {
    type: "string",
    alias: "f",
    description: "configuration file; repeat to merge",
    valueHint: "FILE",
  },
  directory: {
    type: "string",
    alias: "C",
    description: "run as if started in DIR",
    valueHint: "DIR",
  },
  project: { type: "string", alias: "p", description: "the project's name", valueHint: "NAME" },
  profile: {
    type: "string",
    description: "profile of the configuration; repeat to add",
    valueHint: "P",
  },
  home: { type: "string", description: "the daemon's home (PROCMAN_HOME)", valueHint: "DIR" },
};

export function readArguments(args: readonly string[], own: ArgsDef): Arguments {
  const flags = allFlags(own);
  const separator = args.indexOf("--");
  const before = separator < 0 ? args : args.slice(0, separator);
  const { tokens } = parseArgs({
    args: [...before],
    options: optionsOf(flags),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const flag = flagNamed(token.name, token.rawName, flags);
    const value = flag.isText
      ? valueOf(token.rawName, token.value, token.inlineValue === true)
      : flag.isOn(switchOf(token.rawName, token.value));
    values.set(flag.name, [...(values.get(flag.name) ?? []), value]);
  }
  return {
    words,
    rest: separator < 0 ? null : args.slice(separator + 1),
    text: (flag) => values.get(flag)?.at(-1) ?? null,
    texts: (flag) => values.get(flag) ?? [],
    isSet: (flag) => values.get(flag)?.at(-1) === "true",
  };
}

/** A command's own short flag wins over a global one: `logs -f` follows. */
export function allFlags(own: ArgsDef): ArgsDef {
  const taken = new Set(Object.values(own).flatMap(aliases));
  const rest = Object.entries(GLOBAL_FLAGS).map(([name, definition]) => {
    const kept = aliases(definition).filter((alias) => !taken.has(alias));
    return [name, { ...definition, alias: kept }] as const;
  });
  return { ...Object.fromEntries(rest), ...own };
}

function optionsOf(flags: ArgsDef) {
  return Object.fromEntries(
    Object.entries(flags).flatMap(([name, definition]) => {
      const short = aliases(definition).find((alias) => alias.length === 1);
      const type = isText(definition) ? "string" : "boolean";
      const option = { type, ...(short === undefined ? {} : { short }) };
      return [[name, option], ...longAliases(definition).map((alias) => [alias, { type }])];
    }),
  ) as NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;
}

function flagNamed(name: string, rawName: string, flags: ArgsDef) {
  const on = (value: string | undefined): string => (value === "false" ? "false" : "true");
  const found = Object.hasOwn(flags, name) ? flags[name] : undefined;
  if (found !== undefined) return { name, isText: isText(found), isOn: on };
  const known = Object.entries(flags).find(([, it]) => longAliases(it).includes(name));
  if (known !== undefined) return { name: known[0], isText: isText(known[1]), isOn: on };
  const positive = name.startsWith("no-") ? flags[name.slice(3)] : undefined;
  if (positive !== undefined && !isText(positive)) {
    return { name: name.slice(3), isText: false, isOn: () => "false" };
  }
  const similar = nearest(name, Object.keys(flags));
  const meant =
    similar === null ? "'--help' lists the flags of a command." : `Did you mean --${similar}?`;
  const hint = flagHabit(name) ?? meant;
  return fail("USAGE", `Cannot understand ${rawName}: there is no such flag`, hint);
}

/** What stands after a flag is its value unless it looks like the next flag; `-` alone means stdin or stdout. */
function valueOf(rawName: string, value: string | undefined, isJoined: boolean): string {
  if (value === undefined) return fail("USAGE", `Cannot understand ${rawName}: it needs a value`);
  if (isJoined || value === "-" || !value.startsWith("-")) return value;
  const joined = rawName.startsWith("--") ? `${rawName}=${value}` : `${rawName}${value}`;
  return fail(
    "USAGE",
    `Cannot understand ${rawName}: it needs a value, and '${value}' looks like a flag`,
    `If that is its value, write ${joined}.`,
  );
}

/** Of a flag that takes no value: nothing, or whether it is on. */
function switchOf(rawName: string, value: string | undefined): string | undefined {
  if (value === undefined || value === "true" || value === "false") return value;
  return fail("USAGE", `Cannot understand ${rawName}=${value}: it takes no value`);
}

function isText(definition: ArgDef): boolean {
  return definition.type === "string" || definition.type === "enum";
}

/** What other tools call it: taken, not shown. */
function longAliases(definition: ArgDef): readonly string[] {
  return aliases(definition).filter((alias) => alias.length > 1);
}

function aliases(definition: ArgDef): string[] {
  const alias =
    "alias" in definition ? (definition.alias as string | string[] | undefined) : undefined;
  return alias === undefined ? [] : Array.isArray(alias) ? alias : [alias];
}
