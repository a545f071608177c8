/** Flags as help shows them, made from their declarations. */

import type { ArgDef, ArgsDef } from "citty";
import { allFlags } from "../arguments.ts";

/** Those of every command, without what a command means otherwise. */
export function globalFlags(own: ArgsDef): ArgsDef {
  const all = Object.entries(allFlags(own)).filter(([name]) => !Object.hasOwn(own, name));
  return Object.fromEntries(all);
}

/** `-n, --lines N` and what it is for. */
export function flagRows(flags: ArgsDef): (readonly [string, string])[] {
  return Object.entries(flags).map(([name, definition]) => {
    const short = shortOf(definition);
    const value = valueHint(definition);
    const flag = `${short === null ? "    " : `-${short}, `}--${name}${value}`;
    return [flag, definition.description ?? ""];
  });
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
