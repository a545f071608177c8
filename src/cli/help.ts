/** Help, made from the declarations of the commands. */

import type { ArgDef, ArgsDef } from "citty";
import { VERSION } from "../protocol/version.ts";
import { allFlags, GLOBAL_FLAGS } from "./arguments.ts";
import type { Command } from "./command.ts";
import { COMMANDS } from "./commands.ts";

export function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary, aliases }]) => {
    const also = aliases === undefined ? "" : ` (also ${aliases.join(", ")})`;
    return [name, summary + also] as const;
  });
  return [
    `procman ${VERSION}: runs the processes of a project, keeps them running, and tells about them`,
    "",
    "Usage: procman COMMAND [targets] [flags]",
    "",
    "Commands:",
    ...columns(rows),
    "",
    "A target is a process (api), an instance (api.2), a group (@backend), a glob (web-*), all, a pid,",
    "or any of these in another project (shop/api).",
    "",
    "Flags of every command:",
    ...columns(flagRows(GLOBAL_FLAGS)),
    "",
    "Examples:",
    ...columns([
      ["procman up -d --wait", "start everything, and return when it is ready"],
      ["procman logs -f api", "follow what api writes"],
      ["procman COMMAND --help", "what a command takes"],
    ]),
  ].join("\n");
}

export function helpOf(name: string, command: Command): string {
  const own = flagRows(command.flags);
  return [
    `procman ${name}: ${command.summary}`,
    "",
    `Usage: procman ${name} ${command.usage}`.trimEnd(),
    ...(command.details === undefined ? [] : ["", command.details.trim()]),
    ...(own.length === 0 ? [] : ["", "Flags:", ...columns(own)]),
    "",
    "Flags of every command:",
    ...columns(flagRows(globalFlags(command.flags))),
    "",
    "Examples:",
    ...columns(command.examples),
  ].join("\n");
}

function globalFlags(own: ArgsDef): ArgsDef {
  const all = Object.entries(allFlags(own)).filter(([name]) => !Object.hasOwn(own, name));
  return Object.fromEntries(all);
}

function flagRows(flags: ArgsDef): (readonly [string, string])[] {
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

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
