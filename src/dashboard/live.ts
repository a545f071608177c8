/** What the daemon tells, kept up to date: one stream of events says when to look, and every few seconds it is looked
 *  anyhow, for what no event tells: use and uptime. A window that nobody sees asks for nothing. */

import type { ActiveAlert } from "../protocol/alerts.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import { get, messages, Problem } from "./api.ts";

export type Connection =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly sinceMs: number }
  /** It has to be let in again. */
  | { readonly kind: "shut out"; readonly sinceMs: number };

const LOOK_MS = 3_000;
/** A start of hundreds is hundreds of events, and not as many looks. */
const LOOK_AGAIN_MS = 400;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 5_000;
const EVENTS_KEPT = 300;

export class Live {
  statuses: readonly Status[] = [];
  alerts: readonly ActiveAlert[] = [];
  /** The last ones, oldest first. */
  events: readonly WireEvent[] = [];
  connection: Connection = { kind: "connecting" };
  /** It has been looked at least once. */
  isKnown = false;
  readonly #changed: () => void;
  #lastId: string | null = null;
  #over = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lookedAtMs = 0;
  #isLooking = false;
  #isOutdated = false;

  constructor(changed: () => void) {
    this.#changed = changed;
    document.addEventListener("visibilitychange", () => this.#turn());
    this.#turn();
  }

  /** Looks as soon as may be. */
  look(): void {
    this.#isOutdated = true;
    if (this.#isLooking || document.hidden) return;
    this.#lookIn(Math.max(0, this.#lookedAtMs + LOOK_AGAIN_MS - Date.now()));
  }

  #turn(): void {
    this.#over.abort();
    clearTimeout(this.#timer);
    if (document.hidden) return;
    this.#over = new AbortController();
    void this.#follow(this.#over.signal);
  }

  async #follow(signal: AbortSignal): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const lastId = this.#lastId;
        for await (const some of messages("/api/events?lines=200", { lastId, signal })) {
          if (this.connection.kind !== "connected") this.#connect({ kind: "connected" });
          retryMs = FIRST_RETRY_MS;
          this.#heard(some.map(({ data }) => JSON.parse(data) as WireEvent));
          this.#lastId = some.at(-1)?.id ?? this.#lastId;
          this.look();
        }
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof Problem)) throw error;
        if (error.status === 401 && this.connection.kind !== "shut out") {
          this.#connect({ kind: "shut out", sinceMs: Date.now() });
        }
      }
      if (signal.aborted) return;
      if (this.connection.kind === "connected" || this.connection.kind === "connecting") {
        this.#connect({ kind: "lost", sinceMs: Date.now() });
      }
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
    }
  }

  #connect(connection: Connection): void {
    this.connection = connection;
    this.#changed();
  }

  #heard(events: readonly WireEvent[]): void {
    if (events.length === 0) return;
    this.events = [...this.events, ...events].slice(-EVENTS_KEPT);
    this.#changed();
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), ms);
  }

  async #look(): Promise<void> {
    const { signal } = this.#over;
    this.#isLooking = true;
    this.#isOutdated = false;
    this.#lookedAtMs = Date.now();
    try {
      [this.statuses, this.alerts] = await Promise.all([
        get<readonly Status[]>("/api/processes", signal),
        get<readonly ActiveAlert[]>("/api/alerts", signal),
      ]);
      this.isKnown = true;
      this.#changed();
    } catch (error) {
      // The stream of events tells that the daemon is not there.
      if (!(error instanceof Problem)) throw error;
    } finally {
      this.#isLooking = false;
    }
    if (document.hidden) return;
    // Hundreds of processes take their time to be told of: no more than a quarter of it is spent on that.
    const tookMs = Date.now() - this.#lookedAtMs;
    this.#lookIn(Math.max(this.#isOutdated ? LOOK_AGAIN_MS : LOOK_MS, 3 * tookMs));
  }
}
