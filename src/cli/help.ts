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

/** The same for programs. */
export function overviewDocument() {
  const commands = Object.entries(COMMANDS).map(([name, { summary, aliases }]) => {
    return { name, summary, aliases: aliases ?? [] };
  });
  return { version: VERSION, commands, flags: flagDocuments(GLOBAL_FLAGS) };
}

export function helpDocument(name: string, command: Command) {
  const { usage, summary, details, flags, examples } = command;
  return {
    name,
    usage: `procman ${name} ${usage}`.trimEnd(),
    summary,
    details: details?.trim() ?? null,
    flags: flagDocuments(allFlags(flags)),
    examples: examples.map(([line, does]) => ({ line, does })),
  };
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
    `Also: ${alsoTaken(command.flags)} ('procman help' says what they do)`,
    "",
    "Examples:",
    ...columns(command.examples),
  ].join("\n");
}

/** The flags of every command, as short as can be: a command's own are what its help is for. */
function alsoTaken(own: ArgsDef): string {
  return Object.entries(allFlags(own))
    .filter(([name]) => !Object.hasOwn(own, name) && name !== "help" && name !== "version")
    .map(([name, definition]) => {
      const short = shortOf(definition);
      return short === null ? longOf(name, definition) : `-${short}`;
    })
    .join(", ");
}

function flagRows(flags: ArgsDef): (readonly [string, string])[] {
  return Object.entries(flags).map(([name, definition]) => {
    const short = shortOf(definition);
    const long = longOf(name, definition) + valueHint(definition);
    return [`${short === null ? "    " : `-${short}, `}${long}`, descriptionOf(definition)];
  });
}

function flagDocuments(flags: ArgsDef) {
  return Object.entries(flags).map(([name, definition]) => ({
    flag: longOf(name, definition),
    short: shortOf(definition),
    value: valueHint(definition).trim() || null,
    description: descriptionOf(definition),
  }));
}

/** A switch that is on unless it is switched off is named by how to do that. */
function longOf(name: string, definition: ArgDef): string {
  return isNegative(definition) ? `--no-${name}` : `--${name}`;
}

function descriptionOf(definition: ArgDef): string {
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

function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`.trimEnd());
}
