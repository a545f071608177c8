/** Which holder has the pipes of which runs. One has those of all. What was given to it cannot be taken back: so now and
 *  then another is given the pipes of the runs that are left, and the first is ended. */

import { closeSync, constants, openSync } from "node:fs";
import type { RunId } from "../model/ids.ts";
import type { PipeHolder } from "../supervisor/ports.ts";
import * as darwin from "./darwin/holder.ts";
import * as linux from "./linux/holder.ts";
import type { Holder, Holders, LeftHolder } from "./holder.ts";
import { DESCRIPTORS_A_MESSAGE } from "./libc-descriptors.ts";
import { libc, type Libc } from "./libc.ts";

/** A holder may have as many runs that are over as it has others, and always so many. */
const OVER_RUNS = 100;
/** One that has nothing to hold any more is ended after that long: the next run may be near. */
const LINGER_MS = 5_000;
/** What failed is tried again that much later. */
const RETRY_MS = 5_000;

/** Null where there are none. `directory` is where they are found again. */
export function openHolders(directory: string, c: Libc | null = libc()): Holders | null {
  return process.platform === "linux" ? linux.openHolders(directory, c) : darwin.openHolders();
}

export class HeldPipes implements PipeHolder {
  readonly #holders: Holders | null;
  readonly #trouble: (what: string, error: unknown) => void;
  readonly #pipes = new Map<RunId, readonly string[]>();
  #present: Holder | null = null;
  /** The runs that the present one was given, those that are over among them. */
  #given = 0;
  /** Those of former daemons, until the present one has what they have. */
  #former: readonly LeftHolder[] = [];
  #retry: ReturnType<typeof setTimeout> | null = null;
  #linger: ReturnType<typeof setTimeout> | null = null;
  /** When one was last replaced that had not been ended here. */
  #replacedMs = Number.NEGATIVE_INFINITY;
  /** That was told. */
  #isFailing = false;
  #isClosed = false;

  constructor(holders: Holders | null, trouble: (what: string, error: unknown) => void) {
    this.#holders = holders;
    this.#trouble = trouble;
  }

  /** Holds what former daemons have left; then nobody needs their holders any more. To be called before anything else. */
  takeOver(pipes: ReadonlyMap<RunId, readonly string[]>): void {
    this.#former = this.#holders?.left() ?? [];
    for (const [runId, paths] of pipes) this.#pipes.set(runId, paths);
    if (pipes.size === 0) this.#endAll();
    else this.#renew();
  }

  hold(runId: RunId, pipes: readonly string[], ends?: readonly number[]): void {
    // A former daemon may have died before it had made all of them.
    if (this.#pipes.get(runId)?.length === pipes.length) return;
    this.#pipes.set(runId, pipes);
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = null;
    if (ends !== undefined && this.#present?.take(ends)) this.#given += 1;
    else this.#renew();
  }

  letGo(runId: RunId): void {
    if (!this.#pipes.delete(runId)) return;
    const left = this.#pipes.size;
    if (left === 0) this.#linger = setTimeout(() => this.#endAll(), LINGER_MS).unref();
    else if (this.#given - left > Math.max(OVER_RUNS, left)) this.#renew();
  }

  /** What is held stays so. */
  close(): void {
    this.#isClosed = true;
    if (this.#linger !== null) clearTimeout(this.#linger);
    if (this.#retry !== null) clearTimeout(this.#retry);
    if (this.#pipes.size === 0) this.#endAll();
  }

  #renew(): void {
    if (this.#holders === null || this.#retry !== null || this.#isClosed) return;
    let next: Holder | null = null;
    try {
      const started = this.#holders.start(() => this.#gone(started));
      next = started;
      giveAll(next, [...this.#pipes.values()].flat());
    } catch (error) {
      next?.end();
      this.#later(error);
      return;
    }
    this.#endAll();
    this.#present = next;
    this.#given = this.#pipes.size;
    this.#isFailing = false;
  }

  #endAll(): void {
    for (const holder of this.#former) holder.end();
    this.#former = [];
    this.#present?.end();
    this.#present = null;
  }

  /** Somebody has killed it; or it was ended here, and another one is present. */
  #gone(holder: Holder): void {
    if (this.#isClosed || this.#present !== holder) return;
    holder.end();
    this.#present = null;
    if (this.#pipes.size === 0) return;
    const nowMs = performance.now();
    if (nowMs - this.#replacedMs < RETRY_MS)
      return this.#later("what holds it is ended ever again");
    this.#replacedMs = nowMs;
    this.#renew();
  }

  #later(why: unknown): void {
    if (!this.#isFailing) {
      this.#trouble(
        "cannot hold output for when no daemon is there; what ends then may lose some",
        why,
      );
    }
    this.#isFailing = true;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (this.#pipes.size > 0) this.#renew();
    }, RETRY_MS).unref();
  }
}

/** Throws when it does not take all of them. */
function giveAll(holder: Holder, pipes: readonly string[]): void {
  for (let at = 0; at < pipes.length; at += DESCRIPTORS_A_MESSAGE) {
    const fds: number[] = [];
    try {
      for (const pipe of pipes.slice(at, at + DESCRIPTORS_A_MESSAGE)) fds.push(...openEnd(pipe));
      if (fds.length > 0 && !holder.take(fds)) {
        throw new Error("too many descriptors of this user are held already, or memory is short");
      }
    } finally {
      for (const fd of fds) closeSync(fd);
    }
  }
}

/** None when the pipe was drained and removed a moment ago. */
function openEnd(pipe: string): readonly number[] {
  try {
    return [openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
