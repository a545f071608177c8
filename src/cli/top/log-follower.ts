/** Keeps the log that is shown up to date: of the one that is selected, as it is searched, as far up as is looked at. */

import { ProcmanError } from "../../model/errors.ts";
import { withOlder } from "./log-window.ts";
import { FOLLOWED_LINES, LogSource, MOST_LINES } from "./log-source.ts";
import { selectedStatus } from "./rows.ts";
import { NO_LOG, type Log, type TopState } from "./state.ts";

/** Lines above what is seen before more are read, and so many times as many then. */
const NEAR_LINES = 1_000;
const GROWTH = 8;
/** A search through a log that grows is not made more often than this part of the time allows. */
const PART = 10;

export class LogFollower {
  readonly #home: string;
  #source: LogSource | null = null;
  #id: string | null = null;
  #search: Log["search"] = null;
  #nextMs = 0;
  /** Of what is looked at, nothing more can be had. */
  #exhausted: Log["ends"] = null;

  constructor(home: string) {
    this.#home = home;
  }

  /** The same state when there is nothing new. */
  look(state: TopState): TopState {
    const status = selectedStatus(state);
    const id = status?.id ?? null;
    const { search } = state.log;
    const isOther = id !== this.#id;
    if (isOther) {
      const { project = "", process = "", instance = 0 } = status ?? {};
      const owner = { project, process, index: instance };
      this.#source = id === null ? null : new LogSource(this.#home, owner);
      this.#id = id;
    }
    if (isOther || search !== this.#search) {
      this.#source?.forget();
      this.#search = search;
      this.#nextMs = 0;
    }
    const { hasTimes } = state.log;
    const log = state.log.id === id ? state.log : { ...NO_LOG, id, search, hasTimes };
    const next = this.#source === null ? log : this.#read(this.#source, log);
    return next === state.log ? state : { ...state, log: next };
  }

  #read(source: LogSource, log: Log): Log {
    if (log.position.kind !== "end") return this.#withMore(source, log);
    const beganMs = performance.now();
    if (beganMs < this.#nextMs) return log;
    // Somebody has come back from further up.
    if (log.lines.length > FOLLOWED_LINES) source.forget();
    const found = followed(source, log);
    const tookMs = performance.now() - beganMs;
    this.#nextMs = beganMs + tookMs * PART;
    return found === null ? log : { ...log, ...found };
  }

  /** While somebody is further up, nothing moves: it is read up to the same place as before. */
  #withMore(source: LogSource, log: Log): Log {
    const { position, lines, ends, isAll, search } = log;
    if (isAll || ends === null || ends === this.#exhausted || lines.length >= MOST_LINES)
      return log;
    const isBegin = position.kind === "begin";
    if (!isBegin && position.kind === "up-to" && position.line >= NEAR_LINES) return log;
    const wanted = isBegin ? MOST_LINES : Math.max(FOLLOWED_LINES, lines.length) * GROWTH;
    const found = source.older(ends, Math.min(MOST_LINES, wanted), search?.lines ?? null);
    // It is not asked for again and again.
    if (found.lines.length <= lines.length) this.#exhausted = ends;
    return found.lines.length < lines.length ? log : withOlder(log, found);
  }
}

/** A log that cannot be read says so in its place. */
function followed(source: LogSource, { search }: Log): Partial<Log> | null {
  try {
    return source.follow(search?.lines ?? null);
  } catch (error) {
    if (!(error instanceof ProcmanError)) throw error;
    const line = { stream: "stderr", timeMs: Date.now(), text: error.message } as const;
    return { lines: [line], isAll: true, ends: null };
  }
}
