/** Problems of a configuration, each with the place that it was written at. */

import { type ErrorCode, type Problem, problem } from "../model/errors.ts";
import { type Origin, type Path, showPath, type Source } from "./tree.ts";

export interface Finding {
  readonly code: ErrorCode;
  readonly origin: Origin;
  /** What is wrong, as it follows the path of the key: "expected …, got …". */
  readonly text: string;
  readonly hint: string | null;
}

/** Collects every problem once: what `defaults` says wrong is wrong for each process, and said one time. */
export class Report {
  readonly #found = new Map<string, Problem>();
  /** What the user should be told, though nothing is wrong. */
  readonly notices: string[] = [];

  get problems(): readonly Problem[] {
    return [...this.#found.values()];
  }

  add(finding: Finding): void {
    const { source, path } = finding.origin;
    const line = source.lineOf(path);
    const at = showPath(path);
    const place = line === null ? source.label : `${source.label}:${line}`;
    const message = at === "" ? `${place}: ${finding.text}` : `${place}: ${at}: ${finding.text}`;
    const details = { file: source.file, source: source.label, line, path: at };
    this.#put(problem(finding.code, message, finding.hint, details));
  }

  /** A finding of the commonest kind. */
  invalid(origin: Origin, text: string, hint: string | null = null): void {
    this.add({ code: "CONFIG_INVALID", origin, text, hint });
  }

  /** A problem that has no place in a file. */
  general(code: ErrorCode, message: string, hint: string | null = null): void {
    this.#put(problem(code, message, hint));
  }

  #put(found: Problem): void {
    const key = `${found.code} ${found.message}`;
    if (!this.#found.has(key)) this.#found.set(key, found);
  }
}

export function originIn(source: Source, path: Path = []): Origin {
  return { source, path };
}
