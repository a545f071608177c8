/** Log lines for people and as JSON. A prefix tells whose each is, in a colour of its own on a terminal. */

import type { LogLine } from "../../logfile/stream-reader.ts";
import type { Color, Paint } from "../output.ts";

export interface LogLineStyle {
  readonly json: boolean;
  readonly timestamps: boolean;
  /** Null leaves the prefix out. */
  readonly prefix: Prefix | null;
  readonly paint: Paint;
}

/** With its line end. */
export function renderLogLine(line: LogLine, style: LogLineStyle): string {
  if (style.json) return `${jsonOf(line)}\n`;
  const text = line.bytes.toString();
  const time = style.timestamps ? `${style.paint("gray", isoOf(line.timeMs))} ` : "";
  const prefix = style.prefix === null ? "" : style.prefix.of(line);
  return `${time}${prefix}${text}\n`;
}

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
  expect({ process, index }: LogLine["owner"]): void {
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

  of({ owner }: LogLine): string {
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
    const isOnly = (this.#instances.get(process)?.size ?? 0) <= 1 && index === 1;
    return isOnly ? process : `${process}.${index}`;
  }
}

function jsonOf({ owner, stream, timeMs, runId, bytes, partial }: LogLine): string {
  const { project, process, index } = owner;
  return JSON.stringify({
    time: isoOf(timeMs),
    project,
    process,
    instance: index,
    runId,
    stream,
    line: bytes.toString(),
    partial,
    level: null,
    fields: null,
  });
}

let lastMs = Number.NaN;
let lastIso = "";

/** Many lines share a time. */
function isoOf(timeMs: number): string {
  if (timeMs !== lastMs) {
    lastMs = timeMs;
    lastIso = new Date(timeMs).toISOString();
  }
  return lastIso;
}
