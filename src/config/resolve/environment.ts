/** The environment that a configuration gives a process: env files, then the project's, the profiles' and its own `env`. */

import { resolve } from "node:path";
import { escapeTemplate, inlineVariable, type TemplateScope } from "../../model/template.ts";
import { Variables } from "../../model/variables.ts";
import type { Template } from "../../model/command.ts";
import { readText } from "../documents/read.ts";
import { type EnvFile, parseEnvFile } from "../env-file.ts";
import type { Report } from "../report.ts";
import { dataOf, entriesOf, type Node, type Origin, originAt, type Path } from "../tree.ts";
import { own } from "../../model/own.ts";

export interface Variable {
  readonly value: Template | null;
  readonly origin: Origin;
  /** Given to the whole project rather than to one process. */
  readonly shared: boolean;
}

export type Environment = Map<string, Variable>;

/** Reads each env file once. */
export class EnvFiles {
  readonly #read = new Map<string, EnvFile | { readonly ok: false; readonly missing: true }>();
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Adds the variables of `file` to `environment`; a name that ends in `?` may be missing. */
  addTo(environment: Environment, file: string, origin: Origin, shared: boolean, report: Report) {
    const isOptional = file.endsWith("?");
    const path = resolve(this.#directory, isOptional ? file.slice(0, -1) : file);
    const content = this.#read.get(path) ?? read(path);
    this.#read.set(path, content);
    if (content.ok) {
      for (const [name, value] of Object.entries(content.variables)) {
        set(environment, name, { value: escapeTemplate(value), origin, shared });
      }
    } else if ("missing" in content) {
      if (!isOptional) {
        report.invalid(
          origin,
          `"${file}": there is no such file`,
          `Write "${file}?" for a file that may be missing.`,
        );
      }
    } else {
      const line = content.line === 0 ? "" : `:${content.line}`;
      const name = isOptional ? file.slice(0, -1) : file;
      report.invalid(origin, `"${name}${line}" cannot be read: ${content.message}`);
    }
  }
}

/** Lays an `env` map over the environment. What refers to its own name means the value below. */
export function addEnvMap(environment: Environment, env: Node | undefined, shared: boolean): void {
  for (const [name, node] of entriesOf(env)) {
    const data = dataOf(node);
    const isScalar =
      typeof data === "string" || typeof data === "number" || typeof data === "boolean";
    if (data !== null && !isScalar) continue;
    set(environment, name, {
      value: data === null ? null : String(data),
      origin: node.origin,
      shared,
    });
  }
}

/** The paths of an `envFile` key, whether one or a list, with the place of each. */
export function envFilesOf(
  data: unknown,
  node: Node,
  path: Path,
): readonly { readonly file: string; readonly origin: Origin }[] {
  const files = Array.isArray(data) ? data : [data];
  return files.flatMap((file: unknown, at) =>
    typeof file === "string"
      ? [{ file, origin: originAt(node, Array.isArray(data) ? [...path, String(at)] : path) }]
      : [],
  );
}

/** Looks a variable of the caller up. */
export function variableOf(env: Readonly<Record<string, string>>) {
  return (name: string): string | undefined => own(env, name);
}

/** Variables as a template sees them: those of `environment`, under them those of `base`. */
export function environmentScope(
  environment: ReadonlyMap<string, Variable>,
  base: (name: string) => string | undefined,
  port: TemplateScope["port"] = () => undefined,
): Variables {
  return new Variables({
    template: (name) => environment.get(name)?.value,
    below: base,
    port,
  });
}

function set(environment: Environment, name: string, variable: Variable): void {
  const below = environment.get(name);
  const { value } = variable;
  // The later layer decides where it stands, too.
  environment.delete(name);
  const isAsItIs = below === undefined || value === null;
  environment.set(
    name,
    isAsItIs ? variable : { ...variable, value: inlineVariable(value, name, below.value) },
  );
}

function read(path: string): EnvFile | { readonly ok: false; readonly missing: true } {
  const text = readText(path);
  if (typeof text === "string") return parseEnvFile(text);
  if (text.message === "there is no such file") return { ok: false, missing: true };
  return { ok: false, line: 0, message: text.message };
}
