/** Flags as help shows them, made from their declarations. */

import type { ArgDef, ArgsDef } from "citty";
import { allFlags } from "../arguments.ts";

/** The flags of every command, as short as can be: a command's own are what its help is for. */
export function alsoTaken(own: ArgsDef): string {
  return Object.entries(allFlags(own))
    .filter(([name]) => !Object.hasOwn(own, name) && name !== "help" && name !== "version")
    .map(([name, definition]) => {
      const short = shortOf(definition);
      return short === null ? longOf(name, definition) : `-${short}`;
    })
    .join(", ");
}

/** `-n, --lines N` and what it is for. */
export function flagRows(flags: ArgsDef): (readonly [string, string])[] {
  return Object.entries(flags).map(([name, definition]) => {
    const short = shortOf(definition);
    const long = longOf(name, definition) + valueHint(definition);
    return [`${short === null ? "    " : `-${short}, `}${long}`, descriptionOf(definition)];
  });
}

export function flagDocuments(flags: ArgsDef) {
  return Object.entries(flags).map(([name, definition]) => ({
    flag: longOf(name, definition),
    short: shortOf(definition),
    value: valueHint(definition).trim() || null,
    description: descriptionOf(definition),
  }));
}

/** A switch that is on unless it is switched off is named by how to do that. */
export function longOf(name: string, definition: ArgDef): string {
  return isNegative(definition) ? `--no-${name}` : `--${name}`;
}

export function descriptionOf(definition: ArgDef): string {
  if (definition.description !== undefined) return definition.description;
  return "negativeDescription" in definition ? (definition.negativeDescription ?? "") : "";
}

function isNegative(definition: ArgDef): boolean {
  return "negativeDescription" in definition && definition.description === undefined;
}

function shortOf(definition: ArgDef): string | null {
  const alias = "alias" in definition ? definition.alias : undefined;
  const all = alias === undefined ? [] : Array.isArray(alias) ? alias : [alias];
  return all.find((it) => it.length === 1) ?? null;
}

function valueHint(definition: ArgDef): string {
  if (definition.type === "enum") return ` ${definition.options?.join("|") ?? "VALUE"}`;
  return definition.type === "string" ? ` ${definition.valueHint ?? "VALUE"}` : "";
}
