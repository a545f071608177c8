/** What a program that procman runs imports from "procman/child": it says that it is ready, how it is and what happens,
 *  and hears what it is sent. Where procman does not run it, all of it does nothing.
 *
 *  It connects to PROCMAN_SOCKET, also where there is a channel to the parent: what a program forks has the environment
 *  of its parent, and a channel to that one. It connects anew when procman was restarted. It does not keep a program
 *  from ending, but for as long as something is on its way to a procman that is there. */

import type { Status } from "./protocol/status.ts";
import { Line, type Message } from "./child-line.ts";

export type { Status };

export type Health = "healthy" | "warning" | "critical" | "unhealthy";

export interface Shutdown {
  /** When it is killed, if it is still there. */
  readonly deadline: Date;
}

/** Gives the answer for those who wait for one. */
export type MessageHandler = (data: unknown, from: string) => unknown;
export type ShutdownHandler = (shutdown: Shutdown) => void;

const VERSION = 1;
const REQUEST_MS = 5_000;

interface Awaited {
  readonly request: Message;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Procman {
  readonly #line: Line | null;
  readonly #runId: string;
  readonly #awaited = new Map<unknown, Awaited>();
  readonly #messageHandlers = new Set<MessageHandler>();
  readonly #shutdownHandlers = new Set<ShutdownHandler>();
  #isReady = false;
  #health: Message | null = null;
  #shutdown: Shutdown | null = null;
  #requests = 0;

  constructor(env: Readonly<Record<string, string | undefined>>) {
    const { PROCMAN_SOCKET: socket, PROCMAN_RUN_ID: runId } = env;
    this.#runId = runId ?? "";
    this.#line =
      socket === undefined || runId === undefined
        ? null
        : new Line(socket, {
            opened: () => this.#introduction(),
            heard: (message) => this.#heard(message),
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
  request(method: string, params?: unknown, timeoutMs: number = REQUEST_MS): Promise<unknown> {
    const line = this.#line;
    if (line === null) return Promise.reject(new Error("procman does not run this program"));
    this.#requests += 1;
    const id = `${process.pid}-${this.#requests}`;
    return new Promise((resolve, reject) => {
      const request = envelope("request", { id, method, params });
      const letGo = line.hold();
      const end = (): void => {
        clearTimeout(timer);
        letGo();
        this.#awaited.delete(id);
      };
      // It keeps the program alive, as the request does.
      const timer = setTimeout(() => {
        end();
        reject(new Error(`procman has not answered '${method}' within ${timeoutMs} ms`));
      }, timeoutMs);
      this.#awaited.set(id, {
        request,
        resolve: (result) => (end(), resolve(result)),
        reject: (error) => (end(), reject(error)),
      });
      line.sayIfOpen(request);
    });
  }

  /** What `procman send` sends; the first answer that is not undefined is given to `--reply`. */
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

  #hello(): Message {
    return envelope("hello", { run: this.#runId, messages: this.#messageHandlers.size > 0 });
  }

  /** What a procman that knows nothing of this program has to hear first. */
  #introduction(): readonly Message[] {
    return [
      this.#hello(),
      ...(this.#isReady ? [envelope("ready")] : []),
      ...(this.#health === null ? [] : [this.#health]),
      ...[...this.#awaited.values()].map(({ request }) => request),
    ];
  }

  #heard(message: Message): void {
    const { procman: version, type, id } = message;
    if (version !== VERSION) {
      const text = `version ${String(version)} is not known here, ${VERSION} is`;
      return this.#line?.say(envelope("error", { id, message: text }));
    }
    switch (type) {
      case "ping":
        return this.#line?.say(envelope("pong", { id }));
      case "message":
        return void this.#answer(message);
      case "shutdown": {
        const shutdown = { deadline: new Date(String(message["deadline"])) };
        this.#shutdown = shutdown;
        for (const handler of this.#shutdownHandlers) handler(shutdown);
        return;
      }
      case "response":
        return this.#awaited.get(id)?.resolve(message["result"]);
      case "error": {
        const text = String(message["message"]);
        const awaited = this.#awaited.get(id);
        if (awaited === undefined) process.emitWarning(text, "ProcmanWarning");
        else awaited.reject(new Error(text));
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

function envelope(type: string, content: Readonly<Record<string, unknown>> = {}): Message {
  return { procman: VERSION, type, ...content };
}
