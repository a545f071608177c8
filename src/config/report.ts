/** Problems of a configuration, each with the place that it was written at. */

import { type ErrorCode, type Problem, problem } from "../model/errors.ts";
import { type Origin, type Path, showPath, type Source } from "./tree.ts";

export interface Finding {
  readonly code: ErrorCode;
  readonly origin: Origin;
  /** What is wrong, as it follows the path of the key: "expected …, got …". */
  readonly text: string;
  readonly hint: string | null;
  /** From 1, where it is known: of what cannot be read. */
  readonly column?: number | null;
}

interface Found {
  readonly problem: Problem;
  readonly source: string;
  readonly line: number;
}

/** Collects every problem once: what `defaults` says wrong is wrong for each process, and said one time. */
export class Report {
  readonly #found = new Map<string, Found>();
  /** What the user should be told, though nothing is wrong. */
  readonly notices: string[] = [];

  /** In the order in which they stand in each source. */
  get problems(): readonly Problem[] {
    const found = [...this.#found.values()];
    const sources = [...new Set(found.map((one) => one.source))];
    const sorted = found.toSorted(
      (one, other) =>
        sources.indexOf(one.source) - sources.indexOf(other.source) || one.line - other.line,
    );
    return sorted.map((one) => one.problem);
  }

  add(finding: Finding): void {
    const { source, path } = finding.origin;
    const line = source.lineOf(path);
    const at = showPath(path);
    const column = finding.column ?? null;
    const place = [source.label, line, column].filter((part) => part !== null).join(":");
    const message = at === "" ? `${place}: ${finding.text}` : `${place}: ${at}: ${finding.text}`;
    const details = {
      file: source.file,
      source: source.label,
      line,
      path: at,
      ...(column === null ? {} : { column }),
    };
    this.#put(problem(finding.code, message, finding.hint, details), source.label, line ?? 0);
  }

  /** A finding of the commonest kind. */
  invalid(origin: Origin, text: string, hint: string | null = null): void {
    this.add({ code: "CONFIG_INVALID", origin, text, hint });
  }

  /** A problem that has no place in a file. */
  general(code: ErrorCode, message: string, hint: string | null = null): void {
    this.#put(problem(code, message, hint), "", 0);
  }

  #put(what: Problem, source: string, line: number): void {
    const key = `${what.code} ${what.message}`;
    if (!this.#found.has(key)) this.#found.set(key, { problem: what, source, line });
  }
}

export function originIn(source: Source, path: Path = []): Origin {
  return { source, path };
}
