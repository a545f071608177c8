/** The journal: events by their numbers, as many of the last as the limits allow. */

import type { Database } from "bun:sqlite";
import type { JournalEvent } from "../model/events.ts";
import { limits } from "../model/limits.ts";

/** It is trimmed each time that many were added, or so many bytes: programs may have much to say. */
const TRIM_EVERY = 256;
const TRIM_EVERY_BYTES = 4_000_000;

/** Where all that is kept is like that, it is as much as may be kept. */
const LARGE_BYTES = limits.eventsKeptBytes / limits.eventsKept;

export class Journal {
  readonly #database: Database;
  #addedEvents = 0;
  #addedBytes = 0;
  /** What is kept; null until it can matter, because all of it has to be read once for that. */
  #keptBytes: number | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** To be called in the transaction of what the events tell of. */
  add(events: readonly JournalEvent[]): void {
    for (const event of events) {
      const json = JSON.stringify(event);
      this.#database
        .query("INSERT INTO events (seq, at_ms, json) VALUES (?, ?, ?)")
        .run(event.seq, event.atMs, json);
      this.#count(Buffer.byteLength(json));
    }
    this.#addedEvents += events.length;
  }

  after(seq: number, limit: number): readonly JournalEvent[] {
    const rows = this.#database
      .query("SELECT json FROM events WHERE seq > ? ORDER BY seq LIMIT ?")
      .all(seq, limit) as { json: string }[];
    return rows.map(({ json }) => JSON.parse(json) as JournalEvent);
  }

  /** 0 when there is none. */
  firstSeq(): number {
    return this.#seq("SELECT min(seq) AS seq FROM events") ?? 0;
  }

  lastSeq(): number | null {
    return this.#seq("SELECT max(seq) AS seq FROM events");
  }

  /** Drops the oldest, when enough were added since the last time; true when it looked. */
  trim(): boolean {
    if (this.#addedEvents < TRIM_EVERY && this.#addedBytes < TRIM_EVERY_BYTES) return false;
    if (this.#addedBytes >= this.#addedEvents * LARGE_BYTES) this.#keptBytes ??= this.#measure();
    this.#addedEvents = 0;
    this.#addedBytes = 0;
    this.#drop("seq <= (SELECT max(seq) FROM events) - ?", limits.eventsKept);
    this.#dropOldest((this.#keptBytes ?? 0) - limits.eventsKeptBytes);
    return true;
  }

  #count(bytes: number): void {
    this.#addedBytes += bytes;
    if (this.#keptBytes !== null) this.#keptBytes += bytes;
  }

  #measure(): number {
    const row = this.#database.query("SELECT sum(octet_length(json)) AS size FROM events").get();
    return (row as { size: number | null }).size ?? 0;
  }

  /** So many of them that they are that many bytes. */
  #dropOldest(bytes: number): void {
    if (bytes <= 0) return;
    const sizes = this.#database
      .query("SELECT seq, octet_length(json) AS size FROM events ORDER BY seq")
      .iterate() as Iterable<{ seq: number; size: number }>;
    let [left, upTo] = [bytes, 0];
    for (const { seq, size } of sizes) {
      left -= size;
      upTo = seq;
      if (left <= 0) break;
    }
    this.#drop("seq <= ?", upTo);
  }

  #drop(which: string, value: number): void {
    const dropped = this.#database
      .query(`DELETE FROM events WHERE ${which} RETURNING octet_length(json) AS size`)
      .all(value) as { size: number }[];
    if (this.#keptBytes !== null) for (const { size } of dropped) this.#keptBytes -= size;
  }

  #seq(query: string): number | null {
    return (this.#database.query(query).get() as { seq: number | null }).seq;
  }
}
