/** Variables whose values are templates that may name each other: each is expanded once, and a circle is found. */

import { limits } from "./limits.ts";
import type { Template } from "./command.ts";
import { type Expansion, expandTemplate, type TemplateScope } from "./template.ts";

export interface VariableSources {
  /** The template of a variable: null takes it away, undefined leaves it to `below`. */
  template(name: string): Template | null | undefined;
  below(name: string): string | undefined;
  port: TemplateScope["port"];
}

export class Variables implements TemplateScope {
  readonly port: TemplateScope["port"];
  readonly #sources: VariableSources;
  readonly #expanded = new Map<string, Expansion>();
  /** The variables that are being expanded, each for the one before it. */
  readonly #trail: string[] = [];
  readonly #faulty = new Set<string>();
  /** Those that were asked for and lack their value, or part of it, by their own fault or another's. */
  readonly faulty: ReadonlySet<string> = this.#faulty;
  /** What the innermost of them asked for and cannot have. */
  #fault: string | null = null;

  constructor(sources: VariableSources) {
    this.#sources = sources;
    this.port = sources.port;
  }

  /**
   * A variable that names itself means the one below. One that cannot be expanded counts as empty here, since
   * `expansion` tells why.
   */
  variable(name: string): string | undefined {
    const template = this.#sources.template(name);
    if (template === undefined || name === this.#trail.at(-1)) return this.#sources.below(name);
    if (template === null) return undefined;
    const start = this.#trail.indexOf(name);
    if (start >= 0) {
      const circle = [...this.#trail.slice(start), name];
      this.#fault = `these variables refer to each other: ${circle.join(" → ")}`;
      return "";
    }
    if (this.#trail.length >= limits.variableChain) {
      this.#fault = `variables refer to one another through more than ${limits.variableChain}`;
      return "";
    }
    const expanded = this.#expand(name, template);
    const asking = this.#trail.at(-1);
    if (asking !== undefined && this.#faulty.has(name)) this.#faulty.add(asking);
    return expanded.ok ? expanded.value : "";
  }

  /** The value of a variable that has a template, or why it has none. */
  expansion(name: string): Expansion | undefined {
    const template = this.#sources.template(name);
    return typeof template === "string" ? this.#expand(name, template) : undefined;
  }

  #expand(name: string, template: Template): Expansion {
    const known = this.#expanded.get(name);
    if (known !== undefined) return known;
    this.#trail.push(name);
    const expanded = expandTemplate(template, this);
    this.#trail.pop();
    const result = this.#fault === null ? expanded : { ok: false as const, message: this.#fault };
    this.#fault = null;
    this.#expanded.set(name, result);
    if (!result.ok) this.#faulty.add(name);
    return result;
  }
}
