/** Text in a process-compose.yaml: templates, variables, and dollar signs. */

import { escapeTemplate } from "../../model/template.ts";
import { isMap } from "../tree.ts";
import { own } from "../../model/own.ts";

const TEMPLATE = /\{\{-?\s*(?:or\s+)?\.(\w+)\s*(?:"([^"]*)")?\s*-?\}\}/g;

/** `{{ .NAME }}`, and `{{ or .NAME "default" }}`: `vars` of the file and of the process, and the replica's number. */
export class Templates {
  readonly #vars: Readonly<Record<string, unknown>>;

  constructor(vars: unknown) {
    this.#vars = isMap(vars) ? vars : {};
  }

  /** The value with every template in it filled in that can be. */
  fill<Value>(value: Value): Value {
    const ofValue = isMap(value) && isMap(value["vars"]) ? value["vars"] : {};
    return fillIn(value, { ...this.#vars, ...ofValue }) as Value;
  }
}

function fillIn(value: unknown, vars: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((item) => fillIn(item, vars));
  if (isMap(value)) {
    const filled = Object.entries(value).map(([key, inner]) => [key, fillIn(inner, vars)] as const);
    return Object.fromEntries(filled);
  }
  if (typeof value !== "string") return value;
  return value.replace(TEMPLATE, (whole, name: string, otherwise: string | undefined) => {
    // From 0 there, like NODE_APP_INSTANCE here.
    if (name === "PC_REPLICA_NUM") return "${NODE_APP_INSTANCE}";
    const known = own(vars, name) ?? otherwise;
    const isScalar = typeof known === "string" || typeof known === "number";
    return isScalar || typeof known === "boolean" ? String(known) : whole;
  });
}

/** True when a template is left that cannot be filled in here. */
export function hasTemplates(value: unknown): boolean {
  return JSON.stringify(value ?? null).includes("{{");
}

/** `["A=b"]`, or a map. */
export function environment(value: unknown): Record<string, unknown> | undefined {
  const pairs = Array.isArray(value)
    ? value.map((line): [string, unknown] => {
        const [name = "", ...rest] = String(line).split("=");
        return [name, rest.join("=")];
      })
    : isMap(value)
      ? Object.entries(value)
      : [];
  if (pairs.length === 0) return undefined;
  return Object.fromEntries(
    pairs.map(([name, text]) => [name, typeof text === "string" ? withDefaults(text) : text]),
  );
}

/** There an unset variable is empty; `$$` is a dollar sign. */
export function withDefaults(text: string): string {
  return text.replace(
    /\$\$(\{?)|\$\{(\w+)\}|\$(\w+)/g,
    (whole, brace: string | undefined, braced: string | undefined, bare: string | undefined) =>
      whole.startsWith("$$") ? escapeTemplate(`$${brace}`) : `\${${braced ?? bare}:-}`,
  );
}

/** In commands the shell expands, from the same environment. */
export function commandText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const replica = "${NODE_APP_INSTANCE}";
  return value.replaceAll("$$", "$").split(replica).map(escapeTemplate).join(replica);
}
