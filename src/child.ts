/** What a program that procman runs imports from "procman/child": it says that it is ready, how it is and what happens,
 *  and hears what it is sent. Where procman does not run it, all of it does nothing.
 *
 *  It connects to PROCMAN_SOCKET, also where there is a channel to the parent: what a program forks has the environment
 *  of its parent, and a channel to that one. It connects anew when procman was restarted. It does not keep a program
 *  from ending, but for as long as something is on its way to a procman that is there. */

import { Calls, MessageError, notManaged } from "./child-calls.ts";
import { envelope, Line, VERSION, type Message } from "./child-line.ts";
import {
  Streams,
  type StreamReader,
  type StreamHandler,
  type StreamWriter,
} from "./child-streams.ts";
import { Topics, type Publication, type PublicationHandler } from "./child-topics.ts";
import type { Status } from "./protocol/status.ts";

export { MessageError };
export type { Publication, PublicationHandler, StreamReader, Status, StreamHandler, StreamWriter };

export type Health = "healthy" | "warning" | "critical" | "unhealthy";

export interface Shutdown {
  /** When it is killed, if it is still there. */
  readonly deadline: Date;
}

/** What has become of a message. */
export interface Sent {
  /** It was given to so many. */
  readonly delivered: number;
  /** Who has not got it, and why: `NOT_RUNNING`, `NOT_LISTENING` or `QUEUE_FULL`. */
  readonly missed: readonly { readonly name: string; readonly code: string }[];
}

export interface ConfigChange {
  /** Keys of the definition of this process. */
  readonly changed: readonly string[];
}

/** Gives the answer for those who wait for one. */
export type MessageHandler = (data: unknown, from: string) => unknown;
export type ShutdownHandler = (shutdown: Shutdown) => void;
export type ConfigHandler = (change: ConfigChange) => void;

const CALL_MS = 5_000;
const REPLY_MS = 10_000;
/** Procman knows better than this side why there is no reply, so it is given that long to say so. */
const REPLY_GRACE_MS = 1_000;
const STREAM_MS = 30_000;

export class Procman {
  readonly #line: Line | null;
  readonly #runId: string;
  readonly #calls = new Calls(() => this.#line);
  readonly #streams = new Streams();
  readonly #metrics = new Map<string, Message>();
  readonly #messageHandlers = new Set<MessageHandler>();
  readonly #topics = new Topics(() => this.#line);
  readonly #shutdownHandlers = new Set<ShutdownHandler>();
  readonly #configHandlers = new Set<ConfigHandler>();
  #isReady = false;
  #health: Message | null = null;
  #shutdown: Shutdown | null = null;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const { PROCMAN_SOCKET: socket, PROCMAN_RUN_ID: runId } = env;
    this.#runId = runId ?? "";
    this.#line =
      socket === undefined || runId === undefined
        ? null
        : new Line(socket, {
            opened: () => this.#introduction(),
            heard: (message) => this.#heard(message),
            lost: () => {
              this.#calls.lost();
              this.#streams.lost();
            },
          });
  }

  /** Procman runs this program. */
  get isManaged(): boolean {
    return this.#line !== null;
  }

  /** There is a connection just now. */
  get isConnected(): boolean {
    return this.#line?.isOpen ?? false;
  }

  /** For `ready: { ipc: true }`. */
  ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#line?.sayIfOpen(envelope("ready"));
  }

  /** For `health: { ipc: true }`: what holds until something else is said. */
  health(status: Health, message?: string): void {
    this.#health = envelope("health", { status, message });
    this.#line?.sayIfOpen(this.#health);
  }

  /** Becomes the event `app.NAME`. */
  event(name: string, data?: unknown): void {
    this.#line?.say(envelope("event", { name, data }));
  }

  /** A number that this program measures of itself: what it was told last is shown, and kept for an hour. */
  metric(name: string, value: number): void {
    const message = envelope("metric", { name, value });
    this.#metrics.set(name, message);
    this.#line?.sayIfOpen(message);
  }

  /** The status object of this process. */
  async status(): Promise<Status> {
    return (await this.request("status")) as Status;
  }

  /** The status objects of all processes of its project. */
  async list(): Promise<Status[]> {
    return (await this.request("list")) as Status[];
  }

  /** Rejects when it is refused, or not answered in time. What can be requested only looks, so it is asked again after
   *  a restart of procman. */
  request(method: string, params?: unknown, timeoutMs: number = CALL_MS): Promise<unknown> {
    return this.#calls.make({
      what: method,
      message: (id) => envelope("request", { id, method, params }),
      timeoutMs,
      isRepeatable: true,
    });
  }

  /** To others of the project; `to` is a target as on the command line, and means all whom it names, or with `any` one
   *  of them, each time another. Delivered at most once. Rejects when nobody has got it; who does not wait for that is
   *  not told. */
  send(to: string, data: unknown, { any = false } = {}): Promise<Sent> {
    return this.#say("send", { to, data, ...(any ? { any } : {}) }) as Promise<Sent>;
  }

  /** As `send`, to one of those that `to` names; resolves with what its handler gives. */
  ask(to: string, data: unknown, { timeoutMs = REPLY_MS } = {}): Promise<unknown> {
    return this.#calls.make({
      what: to,
      message: (id) => envelope("send", { id, to, data, replyWithinMs: timeoutMs }),
      timeoutMs: timeoutMs + REPLY_GRACE_MS,
      isRepeatable: false,
    });
  }

  /** To all of the project that have subscribed, but this program itself. */
  publish(topic: string, data: unknown): Promise<Pick<Sent, "delivered">> {
    return this.#say("publish", { topic, data }) as Promise<Sent>;
  }

  /** `topic`: a topic, `PREFIX.*` for all that begin so, or `*`. It is subscribed to anew on each connection. */
  subscribe(topic: string, handler: PublicationHandler): () => void {
    return this.#topics.subscribe(topic, handler);
  }

  /** A stream of chunks to one of those that `to` names: whoever has the fewest. It breaks when the other side goes, or
   *  procman does, or when nothing is taken for `timeoutMs`. */
  async stream(to: string, { timeoutMs = STREAM_MS } = {}): Promise<StreamWriter> {
    if (this.#line === null) throw notManaged();
    return this.#streams.open(this.#line, this.#calls.nextId(), to, timeoutMs);
  }

  /** Takes what others stream to this program. There is one handler. */
  onStream(handler: StreamHandler): () => void {
    this.#streams.handler = handler;
    this.#line?.sayIfOpen(this.#hello());
    return () => {
      if (this.#streams.handler !== handler) return;
      this.#streams.handler = null;
      this.#line?.sayIfOpen(this.#hello());
    };
  }

  /** What `procman send` and other programs send; the first answer that is not undefined is given to `--reply`. */
  onMessage(handler: MessageHandler): () => void {
    this.#messageHandlers.add(handler);
    if (this.#messageHandlers.size === 1) this.#line?.sayIfOpen(this.#hello());
    return () => this.#messageHandlers.delete(handler);
  }

  /** With `stop: { ipc: true }`, before the signal. The program ends by itself, or by its own doing. */
  onShutdown(handler: ShutdownHandler): () => void {
    this.#shutdownHandlers.add(handler);
    if (this.#shutdown !== null) handler(this.#shutdown);
    return () => this.#shutdownHandlers.delete(handler);
  }

  /** What has changed in the definition of this process, where it need not be restarted for that. */
  onConfig(handler: ConfigHandler): () => void {
    this.#configHandlers.add(handler);
    return () => this.#configHandlers.delete(handler);
  }

  #say(type: "send" | "publish", content: Readonly<Record<string, unknown>>): Promise<unknown> {
    const said = this.#calls.make({
      what: type,
      message: (id) => envelope(type, { id, ...content }),
      timeoutMs: CALL_MS,
      isRepeatable: false,
    });
    said.catch(() => {
      // Who does not wait for it must not be ended by it.
    });
    return said;
  }

  #hello(): Message {
    return envelope("hello", {
      run: this.#runId,
      messages: this.#messageHandlers.size > 0,
      streams: this.#streams.handler !== null,
    });
  }

  /** What a procman that knows nothing of this program has to hear first. */
  #introduction(): readonly Message[] {
    return [
      this.#hello(),
      ...(this.#isReady ? [envelope("ready")] : []),
      ...(this.#health === null ? [] : [this.#health]),
      ...this.#topics.renewals(),
      ...this.#metrics.values(),
      ...this.#calls.unsaid(),
    ];
  }

  #heard(message: Message): void {
    const line = this.#line;
    const { procman: version, type, id } = message;
    if (line === null) return;
    if (version !== VERSION) {
      const text = `version ${String(version)} is not known here, ${VERSION} is`;
      return line.say(envelope("error", { id, message: text }));
    }
    switch (type) {
      case "ping":
        return line.say(envelope("pong", { id }));
      case "message":
        return "topic" in message ? this.#topics.published(message) : void this.#answer(message);
      case "stream":
        return this.#streams.heard(line, message);
      case "credit":
        return this.#streams.credited(line, id, Number(message["n"]));
      case "shutdown": {
        const shutdown = { deadline: new Date(String(message["deadline"])) };
        this.#shutdown = shutdown;
        for (const handler of this.#shutdownHandlers) handler(shutdown);
        return;
      }
      case "config": {
        const change = { changed: message["changed"] as readonly string[] };
        for (const handler of this.#configHandlers) handler(change);
        return;
      }
      case "response":
        this.#calls.answered(id, message["result"]);
        return this.#streams.answered(id, message["result"]);
      case "error": {
        const error = new MessageError(String(message["code"]), String(message["message"]));
        this.#streams.refused(id, error);
        if (!this.#calls.refused(id, error)) process.emitWarning(error.message, "ProcmanWarning");
      }
    }
  }

  async #answer({ id, data, from }: Message): Promise<void> {
    try {
      let result: unknown;
      for (const handler of this.#messageHandlers) {
        const answer: unknown = await handler(data, String(from));
        result ??= answer;
      }
      if (id !== undefined) this.#line?.say(envelope("response", { id, result: result ?? null }));
    } catch (error) {
      if (id === undefined) throw error;
      const text = error instanceof Error ? error.message : String(error);
      this.#line?.say(envelope("error", { id, message: text }));
    }
  }
}

export const procman = new Procman(process.env);
