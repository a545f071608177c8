/** daemon.log: one line an entry, `[timestamp] [level] [component] message`, kept under a size. */

import { openSync, closeSync, renameSync, writeSync, fstatSync } from "node:fs";
import type { JournalEvent } from "../model/events.ts";
import type { Observer } from "../supervisor/ports.ts";

/** Beyond it the file becomes `daemon.log.1`, and a new one is begun. */
const MAX_BYTES = 10 * 1024 * 1024;

/** Of what comes with an event so much is shown; `procman events` has all of it. Programs may say much at a time. */
const DATA_CHARACTERS = 1_000;

export type LogLevel = "debug" | "info" | "warn" | "error";

export class DaemonLog {
  readonly #path: string;
  #fd: number;
  #bytes: number;
  #pending: string[] = [];

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, "a", 0o600);
    this.#bytes = fstatSync(this.#fd).size;
  }

  write(level: LogLevel, component: string, message: string): void {
    if (this.#pending.length === 0) setImmediate(() => this.flush());
    const oneLine = message.replaceAll("\n", "\\n");
    this.#pending.push(`[${new Date().toISOString()}] [${level}] [${component}] ${oneLine}\n`);
  }

  /** Trouble, with the stack where there is one. */
  trouble(component: string, what: string, error: unknown): void {
    const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.write("error", component, `${what}: ${cause}`);
  }

  flush(): void {
    const text = this.#pending.join("");
    this.#pending = [];
    if (text === "") return;
    try {
      this.#bytes += writeSync(this.#fd, text);
      if (this.#bytes > MAX_BYTES) this.#rotate();
    } catch {
      // A full disk must not stop the daemon; what it says of it is lost until there is room again.
    }
  }

  #rotate(): void {
    renameSync(this.#path, `${this.#path}.1`);
    closeSync(this.#fd);
    this.#fd = openSync(this.#path, "a", 0o600);
    this.#bytes = 0;
  }
}

/** Writes every event to the log. */
export function eventLogger(log: DaemonLog): Observer {
  return {
    name: "logger",
    observe(event) {
      log.write(levelOf(event), "event", describe(event));
    },
  };
}

function levelOf({ type }: JournalEvent): LogLevel {
  return /failed|killed|skipped|dropped|backoff|fired|undelivered/.test(type) ? "warn" : "info";
}

function describe(event: JournalEvent): string {
  const subject = event.instanceId ?? event.project ?? "";
  const run = event.runId === null ? "" : ` run=${event.runId}`;
  const data = Object.keys(event.data).length === 0 ? "" : ` ${JSON.stringify(event.data)}`;
  const shown = data.length > DATA_CHARACTERS ? `${data.slice(0, DATA_CHARACTERS)}…` : data;
  return `#${event.seq} ${event.type} ${subject}${run}${shown}`;
}
