/** Events over a WebSocket, which also takes commands: any request of the interface but the streams, as
 *  `{id, method, path, body}`, answered by `{type: "answer", id, status, body}`; events come as
 *  `{type: "event", event}`. */

import { ProcmanError, problem, type Problem } from "../../model/errors.ts";
import { httpLimits } from "../../model/http-limits.ts";
import { callsOf } from "./calls.ts";
import type { Given } from "./given.ts";
import type { CarryOut } from "./command.ts";
import type { HttpOptions, Session } from "./options.ts";
import { problemDocument } from "./problem-document.ts";
import { Refusal } from "./refusal.ts";
import type { Reply } from "./route.ts";
import { eventsInput, wanted } from "./routes/events.ts";

/** What may wait for a reader; then no more is read for it until it has gone on. */
const WAITING_BYTES = 64 * 1024;
/** What may be under way or wait for a reader, refusals too. */
const WAITING_COMMANDS = 32 * httpLimits.commandsPerSocket;
/** RFC 6455, 7.4.1: a policy is violated. */
const OFFENDED = 1008;
/** https://www.iana.org/assignments/websocket: the service is restarted. */
const RESTARTED = 1012;

export function isUpgrade({ headers }: Request): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}

interface Opened {
  readonly carryOut: CarryOut;
  readonly options: HttpOptions;
  /** Which events. */
  readonly given: Given;
  readonly leave: () => void;
}

type Socket = Bun.ServerWebSocket<Session>;

export class SocketSession implements Session {
  readonly #opened: Opened;
  readonly #gone = new AbortController();
  #socket: Socket | null = null;
  /** Those that wait until the reader has gone on. */
  #waiting: (() => void)[] = [];
  #commands = 0;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  opened(socket: Socket): void {
    this.#socket = socket;
    void this.#tell();
  }

  received(message: string | Buffer): void {
    void this.#carryOut(message.toString());
  }

  drained(): void {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  closed(): void {
    this.#gone.abort();
    this.drained();
    this.#opened.leave();
  }

  async #tell(): Promise<void> {
    const { options, given } = this.#opened;
    try {
      const asked = given as unknown as Parameters<typeof eventsInput>[0];
      const events = await callsOf(options, this.#gone.signal).stream("events", eventsInput(asked));
      for await (const event of wanted(asked, events)) {
        await this.#say({ type: "event", event });
        if (this.#gone.signal.aborted) return;
      }
      // They end when that was asked, or with the daemon.
      if (asked.follow !== false) this.#socket?.close(RESTARTED, "the daemon ends");
    } catch (error) {
      if (this.#gone.signal.aborted) return;
      const { problem: of } = this.#problemOf(error);
      this.#socket?.close(1011, of.message.slice(0, 100));
    }
  }

  async #carryOut(message: string): Promise<void> {
    // It asks and asks, and reads no answer.
    if (this.#commands >= WAITING_COMMANDS)
      return this.#socket?.close(OFFENDED, "too many commands");
    let id: unknown = null;
    const over = new AbortController();
    this.#commands += 1;
    try {
      const given = mapIn(message);
      ({ id = null } = given);
      const command = commandIn(given);
      if (this.#commands > httpLimits.commandsPerSocket) {
        const why = `Cannot carry out more than ${httpLimits.commandsPerSocket} commands at once`;
        throw new ProcmanError(problem("DAEMON_BUSY", why));
      }
      const reply = await this.#opened.carryOut({
        method: command.method,
        url: new URL(command.path, "http://procman"),
        headers: new Headers(),
        body: async () => command.body,
        gone: AbortSignal.any([this.#gone.signal, over.signal]),
      });
      await this.#say({ type: "answer", id, ...asAnswer(reply) });
    } catch (error) {
      const { problem: of, status } = this.#problemOf(error);
      const members = error !== null && typeof error === "object" && "members" in error;
      const body = { ...problemDocument(of, status), ...(members ? Object(error.members) : {}) };
      await this.#say({ type: "answer", id, status: body.status, body });
    } finally {
      over.abort();
      this.#commands -= 1;
    }
  }

  #problemOf(error: unknown): { readonly problem: Problem; readonly status?: number } {
    if (error instanceof Refusal) return error;
    if (error instanceof ProcmanError) return { problem: error.problem };
    this.#opened.options.trouble("a command over a WebSocket broke", error);
    return { problem: problem("INTERNAL", error instanceof Error ? error.message : String(error)) };
  }

  /** Waits until the reader has gone on. */
  async #say(what: unknown): Promise<void> {
    const socket = this.#socket;
    if (socket === null || this.#gone.signal.aborted) return;
    socket.send(JSON.stringify(what));
    while (socket.getBufferedAmount() > WAITING_BYTES && !this.#gone.signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    }
  }
}

interface SocketCommand {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

function mapIn(message: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(message)) as Readonly<Record<string, unknown>>;
  } catch {
    return misunderstood("it is no JSON");
  }
}

function commandIn({
  method = "GET",
  path,
  body,
}: Readonly<Record<string, unknown>>): SocketCommand {
  if (typeof path !== "string" || !path.startsWith("/")) return misunderstood("it has no path");
  if (typeof method !== "string") return misunderstood("its method is no text");
  return { method, path, body };
}

function misunderstood(why: string): never {
  const hint = 'Like {"id": 1, "method": "POST", "path": "/api/processes/api/restart"}.';
  const message = `Cannot understand the command: ${why}`;
  throw new Refusal(400, "INVALID_PARAMETER", message, hint);
}

function asAnswer(reply: Reply): { readonly status: number; readonly body: unknown } {
  switch (reply.kind) {
    case "json":
      return { status: reply.status ?? 200, body: reply.body };
    case "text":
      return { status: 200, body: reply.text };
    case "nothing":
      return { status: reply.status, body: null };
    case "stream":
      void reply.chunks[Symbol.asyncIterator]().return?.();
      throw new Refusal(400, "USAGE", "Cannot send a stream as an answer", "Ask for it over HTTP.");
  }
}
