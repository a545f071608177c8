/** What stands before a line for people: whose it is, on a terminal in a colour that is always that name's, and with a
 *  mark where the line was written to stderr. */

import type { LogOwner, LogStream } from "../../logfile/paths.ts";
import type { Color, Paint } from "../output.ts";

const COLORS: readonly Color[] = ["cyan", "yellow", "green", "magenta", "blue"];

const OWN = "procman";

/** Names of equal width; `api` while there is one instance of it, else `api.2`. */
export class Prefix {
  readonly #paint: Paint;
  readonly #prefixes = new Map<string, string>();
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
    this.#width = Math.max(this.#width, this.#nameOf(process, index).length);
    this.#prefixes.clear();
  }

  /** Makes room for what procman itself says. */
  expectNotices(): this {
    this.#width = Math.max(this.#width, OWN.length);
    this.#prefixes.clear();
    return this;
  }

  /** Before what procman itself says. */
  ofNotice(): string {
    return `${OWN.padEnd(this.#width)} | `;
  }

  of(owner: LogOwner, stream: LogStream): string {
    const { process, index } = owner;
    this.expect(owner);
    const key = `${process}.${index} ${stream}`;
    const known = this.#prefixes.get(key);
    if (known !== undefined) return known;
    const name = this.#nameOf(process, index).padEnd(this.#width);
    const color = colorOf(process);
    const made =
      stream === "stderr" && this.#isPainted
        ? `${this.#paint(color, name)} ${this.#paint("red", "┃")} `
        : `${this.#paint(color, `${name} |`)} `;
    this.#prefixes.set(key, made);
    return made;
  }

  get #isPainted(): boolean {
    return this.#paint("red", "") !== "";
  }

  #nameOf(process: string, index: number): string {
    const isOnly = (this.#instances.get(process)?.size ?? 0) <= 1 && index <= 1;
    return isOnly ? process : `${process}.${index}`;
  }
}

/** The same in every view, whoever else is shown. */
export function colorOf(process: string): Color {
  return COLORS[Number(Bun.hash(process) % BigInt(COLORS.length))] ?? "cyan";
}
