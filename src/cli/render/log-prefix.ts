/** What stands before a line for people: whose it is, in a colour of its own on a terminal. */

import type { LogOwner } from "../../logfile/paths.ts";
import type { Color, Paint } from "../output.ts";

const COLORS: readonly Color[] = ["cyan", "yellow", "green", "magenta", "blue"];

/** Names of equal width; `api` while there is one instance of it, else `api.2`. */
export class Prefix {
  readonly #paint: Paint;
  readonly #prefixes = new Map<string, string>();
  readonly #colors = new Map<string, Color>();
  readonly #instances = new Map<string, Set<number>>();
  #width = 0;

  constructor(paint: Paint) {
    this.#paint = paint;
  }

  /** Makes room for a name before it is first seen. */
  expect({ process, index }: LogOwner): void {
    const known = this.#instances.get(process) ?? new Set();
    this.#instances.set(process, known);
    if (known.has(index)) return;
    known.add(index);
    if (!this.#colors.has(process)) {
      this.#colors.set(process, COLORS[this.#colors.size % COLORS.length] ?? "cyan");
    }
    this.#width = Math.max(this.#width, this.#nameOf(process, index).length);
    this.#prefixes.clear();
  }

  of(owner: LogOwner): string {
    const { process, index } = owner;
    this.expect(owner);
    const key = `${process}.${index}`;
    const known = this.#prefixes.get(key);
    if (known !== undefined) return known;
    const name = this.#nameOf(process, index).padEnd(this.#width);
    const made = `${this.#paint(this.#colors.get(process) ?? "cyan", `${name} |`)} `;
    this.#prefixes.set(key, made);
    return made;
  }

  #nameOf(process: string, index: number): string {
    const isOnly = (this.#instances.get(process)?.size ?? 0) <= 1 && index <= 1;
    return isOnly ? process : `${process}.${index}`;
  }
}
