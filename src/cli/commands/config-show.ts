/** `procman config show`: what is in force, as YAML that could be pasted back, or value by value with its origin. */

import { relative } from "node:path";
import { yamlOf } from "../../config/documents/write.ts";
import { type ShownValue, shownValues } from "../../config/show.ts";
import type { LoadedProject } from "../../config/load.ts";
import { showPath } from "../../config/tree.ts";
import type { ProjectSpec } from "../../model/spec.ts";
import { maskSecret } from "../../protocol/secrets.ts";
import type { CommandContext } from "../command.ts";
import { definedProcesses } from "../definition-targets.ts";
import { loadDefinition } from "../project-definition.ts";

export async function showConfig(
  context: CommandContext,
  targets: readonly string[],
): Promise<number> {
  const { args, json, print, say } = context;
  const { loaded } = await loadDefinition(context);
  const wanted = narrowed(shownValues(loaded), loaded.spec, targets);
  const values = args.isSet("reveal") ? wanted : wanted.map(masked);
  if (values.some((value, at) => value !== wanted[at])) {
    say("Secrets are masked; --reveal shows them.");
  }
  if (args.isSet("origin")) {
    const sourceOf = sourceSeenFrom(context.directory, loaded.spec.directory);
    const shown = values.map((value) => ({ ...value, source: sourceOf(value) }));
    if (json) print(JSON.stringify(shown.map(originOf)));
    else for (const line of originLines(shown)) print(line);
    return 0;
  }
  const data = asMap(values);
  print(json ? JSON.stringify(data) : yamlOf(data).trimEnd());
  return 0;
}

/** All of it as YAML, without secrets: to be kept beside logs. */
export function maskedConfig(loaded: LoadedProject): string {
  return yamlOf(asMap(shownValues(loaded).map(masked)));
}

/** The values of the processes that the targets name; all when none is named. */
function narrowed(
  values: readonly ShownValue[],
  spec: ProjectSpec,
  targets: readonly string[],
): readonly ShownValue[] {
  if (targets.length === 0 || targets.includes("all")) return values;
  const names = definedProcesses(spec, targets);
  return values.filter(({ path: [top, name] }) => top === "processes" && names.has(name ?? ""));
}

function masked(shown: ShownValue): ShownValue {
  const { path, value } = shown;
  if (typeof value !== "string" && typeof value !== "number") return shown;
  const text = String(value);
  // Of anything else only what says itself that it has a password in it.
  const name = isVariable(path) || path.at(-2) === "headers" ? path.at(-1) : undefined;
  const safe = maskSecret(name ?? "", text);
  return safe === text ? shown : { ...shown, value: safe };
}

/** A variable of the project's `env`, of a profile's, or of a process's. */
function isVariable(path: ShownValue["path"]): boolean {
  const depth = path[0] === "processes" || path[0] === "profiles" ? 2 : 0;
  return path.length === depth + 2 && path[depth] === "env";
}

/** Values with their paths as one map again. */
function asMap(values: readonly ShownValue[]): Record<string, unknown> {
  const top: Record<string, unknown> = {};
  for (const { path, value } of values) {
    let at = top;
    for (const key of path.slice(0, -1)) {
      if (!Object.hasOwn(at, key)) at[key] = {};
      at = at[key] as Record<string, unknown>;
    }
    at[path.at(-1) ?? ""] = value;
  }
  return top;
}

/** Files inside the project are told as seen from the working directory, others by their whole path. */
function sourceSeenFrom(directory: string, project: string) {
  return ({ file, source }: ShownValue): string => {
    if (file === null) return source;
    return file.startsWith(`${project}/`) ? relative(directory, file) : file;
  };
}

function originOf({ path, value, layer, source, file, line }: ShownValue) {
  return { path: showPath(path), value, layer, source, file, line };
}

/** Longer values push their origin to the right by themselves. */
const WIDTH_MAX = 60;

function originLines(values: readonly ShownValue[]): string[] {
  const rows = values.map(({ path, value, layer, source, line }) => {
    const place = line === null ? source : `${source}:${line}`;
    return {
      left: `${showPath(path)} = ${JSON.stringify(value)}`,
      right: layer === "default" ? place : `${place} (${layer})`,
    };
  });
  const width = Math.min(WIDTH_MAX, Math.max(0, ...rows.map(({ left }) => left.length)));
  return rows.map(({ left, right }) => `${left.padEnd(width)}  # ${right}`);
}
