/** What one run says, over however many connections, and what it is told. */

import { APP_MESSAGE, type EventType } from "../model/events.ts";
import { instanceName, parseInstanceId, type InstanceId, type RunId } from "../model/ids.ts";
import { limits } from "../model/limits.ts";
import type { Pulse, SaidHealth } from "../model/pulse.ts";
import { lineOf, type ChildMessageOf, type ParentMessage } from "../protocol/ipc.ts";
import { Budget, messageBudget } from "./budget.ts";
import { Letter, type Peer } from "./peer.ts";
import { Replies, type Reply } from "./replies.ts";
import { ToldMetrics } from "./told-metrics.ts";

export interface ChannelRun {
  readonly instance: InstanceId;
  readonly runId: RunId;
  /** False: it was there before this daemon was, and had a channel with the one before. */
  readonly isNew: boolean;
}

/** What the channel brings to procman. */
export interface ChannelEnds {
  tell(run: ChannelRun, type: EventType, data: Readonly<Record<string, unknown>>): void;
  /** Throws what is answered as an error. */
  request(run: ChannelRun, method: string, params: unknown): Promise<unknown>;
  /** Whom a target of that run names. Throws what is answered as an error. */
  find(run: ChannelRun, to: string): Found;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface Found {
  readonly receivers: readonly Receiver[];
  /** For the search, in messages. */
  readonly cost: number;
}

export interface Receiver {
  readonly name: string;
  /** Null: it does not run. */
  readonly runId: RunId | null;
}

/** What an event of a program's own messages costs, and how many may be told of in a row and in a second. */
const OWN_AT_ONCE = 100;
const OWN_PER_SECOND = 20;

export class RunChannel {
  readonly run: ChannelRun;
  readonly ends: ChannelEnds;
  readonly replies = new Replies();
  readonly metrics = new ToldMetrics();
  readonly #budget: Budget;
  readonly #peers = new Set<Peer>();
  readonly #told = new Budget({
    perSecond: OWN_PER_SECOND,
    atMost: OWN_AT_ONCE,
    now: () => performance.now(),
  });
  /** Called when something was heard, or the channel is closed. */
  readonly #listeners = new Set<() => void>();
  readonly #healthListeners = new Set<() => void>();
  #health: SaidHealth | null = null;
  #isReady = false;
  #wasConnected = false;
  /** Since the last time that its pulse was felt. */
  #wasHeard = false;
  #pings = 0;
  #leftOut = 0;
  /** Requests under way. */
  requests = 0;

  /** `shared`: what all runs together may say. */
  constructor(run: ChannelRun, ends: ChannelEnds, shared: Budget) {
    this.#budget = messageBudget(shared);
    this.run = run;
    this.ends = ends;
  }

  get isOpen(): boolean {
    return this.#peers.size > 0;
  }

  get isFull(): boolean {
    return this.#peers.size >= limits.connectionsPerRun;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** As others of its project call it. */
  get name(): string {
    const { process, index } = parseInstanceId(this.run.instance);
    return instanceName(process, index);
  }

  has(peer: Peer): boolean {
    return this.#peers.has(peer);
  }

  /** Whom messages go to: the first who knows envelopes, else the first. */
  get recipient(): Peer | undefined {
    const listeners = [...this.#peers].filter((it) => it.takesMessages);
    return listeners.find((it) => it.isIntroduced) ?? listeners[0];
  }

  /** Whom streams go to. */
  get streamTaker(): Peer | undefined {
    return [...this.#peers].find((it) => it.takesStreams);
  }

  /** A connection of the run; `heard` is to be called after each of its lines, `left` when it is over. */
  join(peer: Peer) {
    this.#peers.add(peer);
    peer.connection.budget = this.#budget;
    this.#wasConnected = true;
    return {
      heard: () => this.#heard(),
      left: () => {
        this.#peers.delete(peer);
        if (this.#peers.size === 0) this.replies.dropAll("its channel was closed");
        this.#listen();
      },
    };
  }

  sayReady(): void {
    this.#isReady = true;
  }

  sayHealth({ status, message }: ChildMessageOf<"health">): void {
    const before = this.#health;
    this.#health = { status, message: message ?? null };
    if (before?.status === status) return;
    for (const changed of this.#healthListeners) changed();
  }

  onHealth(changed: () => void): () => void {
    this.#healthListeners.add(changed);
    return () => this.#healthListeners.delete(changed);
  }

  /** Resolves with what `look` gives, as soon as it gives something; with null at the end. */
  until<T>(look: () => T | null, end: AbortSignal): Promise<T | null> {
    return new Promise((resolve) => {
      const settle = (found: T | null): void => {
        this.#listeners.delete(again);
        end.removeEventListener("abort", giveUp);
        resolve(found);
      };
      const giveUp = (): void => settle(null);
      const again = (): void => {
        const found = look();
        if (found !== null) settle(found);
      };
      this.#listeners.add(again);
      end.addEventListener("abort", giveUp, { once: true });
      if (end.aborted) giveUp();
      else again();
    });
  }

  /** Whatever it says shows that it is there; one that has said nothing lately is asked. */
  async pulse(end: AbortSignal): Promise<Pulse> {
    if (!this.isOpen) {
      return { kind: this.run.isNew || this.#wasConnected ? "closed" : "unknown" };
    }
    const askedMs = performance.now();
    const wasAsked = !this.#wasHeard;
    if (wasAsked) {
      this.#pings += 1;
      this.#tellAll({ type: "ping", id: this.#pings });
    }
    const felt = await this.until(() => (this.#wasHeard || !this.isOpen ? true : null), end);
    const wasHeard = this.#wasHeard;
    this.#wasHeard = false;
    if (felt !== null && !wasHeard) return { kind: "closed" };
    if (!wasHeard) return { kind: "silent" };
    const tookMs = performance.now() - askedMs;
    return { kind: "alive", health: this.#health, answeredMs: wasAsked ? tookMs : null };
  }

  /** False when nobody takes it. */
  askToStop(killedAtMs: number): boolean {
    return this.#tellAll({ type: "shutdown", deadline: new Date(killedAtMs).toISOString() });
  }

  /** The definition of its process has changed, in these keys. */
  tellConfig(changed: readonly string[]): void {
    this.#tellAll({ type: "config", changed });
  }

  /** False when nobody takes it. */
  send(data: unknown, from: string): boolean {
    const letter = new Letter({ type: "message", from, data });
    return this.recipient !== undefined && letter.to(this.recipient, limits.messagesWaitingBytes);
  }

  /** Null when nobody takes it. */
  ask(
    data: unknown,
    from: string,
    mostWaitingBytes: number = limits.messagesWaitingBytes,
  ): Reply | null {
    const peer = this.recipient;
    if (peer === undefined) return null;
    const reply = this.replies.expect(peer.isIntroduced ? null : { sent: data });
    const letter = new Letter({ type: "message", from, data, id: reply.id });
    if (letter.to(peer, mostWaitingBytes)) return reply;
    reply.drop();
    return null;
  }

  /** Of the program's own: whoever waits for an answer gets it, and the event stream, as far as it can take it. */
  own(message: unknown): void {
    this.replies.own(message);
    if (sizeOf(message) > limits.appEventBytes || !this.#told.trySpend(1)) {
      this.#leftOut += 1;
      return;
    }
    const leftOut = this.#leftOut === 0 ? {} : { leftOut: this.#leftOut };
    this.#leftOut = 0;
    this.ends.tell(this.run, APP_MESSAGE, { message, ...leftOut });
  }

  /** The run is over: resolves when all that it said was heard, or it was cut off. */
  async end(): Promise<void> {
    const late = AbortSignal.timeout(limits.lastWordsMs);
    if (this.isOpen) await this.until(() => (this.isOpen ? null : true), late);
    this.replies.dropAll("it ended");
    for (const { connection } of this.#peers) connection.cutOff();
    this.#listen();
  }

  #tellAll(message: ParentMessage): boolean {
    const line = lineOf(message);
    let wasTaken = false;
    const introduced = [...this.#peers].filter((it) => it.isIntroduced);
    const told = introduced.length > 0 ? introduced : this.#peers;
    for (const { connection } of told) wasTaken = connection.send(line) || wasTaken;
    return wasTaken;
  }

  #heard(): void {
    this.#wasHeard = true;
    this.#listen();
  }

  #listen(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Bytes of JSON, about. */
export function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}
