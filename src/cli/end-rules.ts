/** When a foreground `up` ends by itself, and with which exit status: `--exit-code-from`, `--abort-on-…`, `--success`. */

import { constants } from "node:os";
import { EXIT } from "../model/errors.ts";
import type { ProjectSpec } from "../model/spec.ts";
import { own } from "../model/own.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import { statusOfAll } from "./foreground-end.ts";

export interface EndOptions {
  /** Its first end ends all, and is what counts. */
  readonly exitCodeFrom: string | null;
  /** The first that has failed for good ends all. */
  readonly abortOnFailure: boolean;
  /** The first that ends by itself ends all. */
  readonly abortOnExit: boolean;
  /** Whose end counts: `first`, `last`, `all`, or a process. Null: of the one that has ended all, else all. */
  readonly success: string | null;
}

/** How an instance ended by itself. */
interface End {
  readonly process: string;
  readonly code: number;
}

export class EndRules {
  readonly #options: EndOptions;
  readonly #spec: ProjectSpec;
  /** Processes whose end others wait for: when they succeed, nothing is over. */
  readonly #oneShots: ReadonlySet<string>;
  /** By instance, in the order of their ends; those that run again are not among them. */
  readonly #ends = new Map<string, End>();
  #decisive: End | null = null;

  constructor(options: EndOptions, spec: ProjectSpec) {
    this.#options = options;
    this.#spec = spec;
    const waits = Object.values(spec.processes).flatMap(({ dependsOn }) => dependsOn);
    this.#oneShots = new Set(
      waits
        .filter(({ condition }) => condition === "completed" || condition === "succeeded")
        .map(({ process }) => process),
    );
  }

  /** Why everything is to be stopped now; null when nothing is. */
  sees(event: WireEvent): string | null {
    const end = this.#take(event);
    if (end === null || this.#decisive !== null) return null;
    const { exitCodeFrom, abortOnExit, abortOnFailure } = this.#options;
    const { process } = end;
    const isOver =
      (process === exitCodeFrom && this.#hasEnded(process)) ||
      (abortOnExit && this.#counts(end)) ||
      (abortOnFailure && (event.type === "process.failed" || event.type === "process.skipped"));
    if (!isOver) return null;
    this.#decisive = end;
    return `${process} ${event.type === "process.skipped" ? "was skipped" : `has ended (${end.code})`}`;
  }

  /** The exit status, given how everything is in the end. */
  status(statuses: readonly Status[]): number {
    const { exitCodeFrom, success } = this.#options;
    const ends = [...this.#ends.values()];
    const counting = ends.filter((end) => this.#counts(end));
    const named = success ?? exitCodeFrom;
    switch (named) {
      case null:
        return this.#decisive?.code ?? statusOfAll(statuses);
      case "first":
        return counting[0]?.code ?? statusOfAll(statuses);
      case "last":
        return counting.at(-1)?.code ?? statusOfAll(statuses);
      case "all":
        return ends.find(({ code }) => code !== 0)?.code ?? statusOfAll(statuses);
      default: {
        const its = ends.filter(({ process }) => process === named);
        if (its.length > 0) return its.find(({ code }) => code !== 0)?.code ?? EXIT.ok;
        // It did not come to its end, because of another one.
        return this.#decisive?.code ?? statusOfAll(statuses);
      }
    }
  }

  #take({ type, process, instance, data }: WireEvent): End | null {
    // A run beside another is no end of the process, nor its beginning.
    if (process === null || data["beside"] !== undefined) return null;
    const id = `${process}.${instance}`;
    if (type === "process.started") this.#ends.delete(id);
    const isOwn = type === "process.exited" && data["cause"] === "itself";
    if (!isOwn && type !== "process.failed" && type !== "process.skipped") return null;
    const code = isOwn ? this.#codeOf(process, data) : EXIT.failed;
    const known = isOwn ? undefined : this.#ends.get(id);
    // What has failed for all its code, as by a hook after it.
    const end = known === undefined || known.code === EXIT.ok ? { process, code } : known;
    this.#ends.set(id, end);
    return end;
  }

  #codeOf(process: string, { code, signal }: WireEvent["data"]): number {
    const codes = own(this.#spec.processes, process)?.restart.successCodes ?? [EXIT.ok];
    if (typeof code === "number") return codes.includes(code) ? EXIT.ok : code || EXIT.failed;
    const number = constants.signals[String(signal) as NodeJS.Signals] ?? Number(signal);
    return number > 0 ? 128 + number : EXIT.failed;
  }

  #hasEnded(process: string): boolean {
    const count = own(this.#spec.processes, process)?.instances ?? 1;
    return [...this.#ends.values()].filter((end) => end.process === process).length >= count;
  }

  #counts({ process, code }: End): boolean {
    return code !== 0 || !this.#oneShots.has(process);
  }
}
