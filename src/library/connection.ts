/** What the methods of `connect()` do: fill in what was left out, reach the daemon, follow streams. */

import { resolve } from "node:path";
import type { Client } from "../client/client.ts";
import { fail } from "../model/errors.ts";
import { limits } from "../model/limits.ts";
import type {
  CallName,
  InputOfOperation,
  OperationName,
  OutputOfOperation,
  StreamName,
} from "../protocol/operations.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import { CALLS, type Call } from "./calls.ts";
import type { CallSettings, ConnectOptions, ProcmanStream } from "./procman.ts";
import type { ApplyRequest, Origin, RunRequest, UpRequest } from "./definitions.ts";

/** Between two looks whether a daemon is gone. */
const GONE_LOOK_MS = 10;

export class Connection {
  readonly #options: ConnectOptions;
  readonly #directory: string;
  readonly #env: Readonly<Record<string, string | undefined>>;
  readonly #closed = new AbortController();
  #client: Promise<Client> | null = null;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.#directory = resolve(options.directory ?? ".");
    this.#env = options.env ?? process.env;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#closed.abort(new DOMException("The connection was disposed of", "AbortError"));
  }

  async call<N extends OperationName>(
    { operation, how, omitted }: Call<N>,
    input: object,
    { signal }: CallSettings = {},
  ): Promise<OutputOfOperation<N>> {
    const client = await this.#reach();
    const changes = how === "changes" || how === "once";
    const options = {
      start: changes || this.#options.start === true,
      waits: how !== "looks",
      repeatable: how !== "once",
      signal: this.#signalWith(signal),
    };
    // Streams are not called.
    const name = operation as CallName;
    const whole = (await this.#filled(omitted, input)) as InputOfOperation<CallName>;
    const output = changes
      ? await client.change(name, whole, options)
      : await client.look(name, whole, options);
    return (output ?? noDaemon(client)) as OutputOfOperation<N>;
  }

  /** Answers when it is gone: what is asked in the moments between would be lost. */
  async stopDaemon(
    input: object,
    settings?: CallSettings,
  ): Promise<OutputOfOperation<"daemon-stop">> {
    const client = await this.#reach();
    const before = await client.ask("daemon-status", {});
    const output = await this.call(CALLS.daemonStop, input, settings);
    const giveUpAt = performance.now() + limits.daemonAnswerMs;
    while (!client.isStopped() && performance.now() < giveUpAt) {
      const now = await client.ask("daemon-status", {});
      // Somebody has started another one meanwhile.
      if (now !== null && now.startedAt !== before?.startedAt) break;
      await Bun.sleep(GONE_LOOK_MS);
    }
    return output;
  }

  stream<N extends OperationName>(
    { operation, omitted }: Call<N>,
    input: object,
    { signal }: CallSettings = {},
  ): ProcmanStream<OutputOfOperation<N>> {
    const left = new AbortController();
    const documents = this.#documents(operation as StreamName, omitted, input, [
      left.signal,
      this.#signalWith(signal),
    ]) as AsyncGenerator<OutputOfOperation<N>>;
    return {
      next: () => documents.next(),
      return: () => documents.return(undefined),
      throw: (error) => documents.throw(error),
      [Symbol.asyncIterator]() {
        return this;
      },
      async [Symbol.asyncDispose]() {
        left.abort();
        await documents.return(undefined);
      },
    };
  }

  async runInput(request: RunRequest): Promise<object> {
    const { runInput } = await import("./definitions.ts");
    return runInput(request, await this.#origin());
  }

  async upInput({ until = "spawned", timeoutMs = null, ...request }: UpRequest): Promise<object> {
    const { definitionInput } = await import("./definitions.ts");
    const usual = { profiles: [], selects: true };
    const input = await definitionInput(request, await this.#origin(), usual);
    return { ...input, until, timeoutMs };
  }

  async applyInput({ prune = false, dryRun = false, ...request }: ApplyRequest): Promise<object> {
    const { definitionInput } = await import("./definitions.ts");
    const usual = { profiles: null, selects: false };
    const input = await definitionInput(request, await this.#origin(), usual);
    return { ...input, prune, dryRun };
  }

  async #origin(): Promise<Origin> {
    const client = await this.#reach();
    return {
      directory: this.#directory,
      project: this.#options.project ?? null,
      env: definedOnly(this.#env),
      known: async (directory) => {
        const looks = { start: false, waits: true, repeatable: true };
        return (await client.look("known", { project: null, directory }, looks)) ?? [];
      },
    };
  }

  /** Loaded with the first call, and made once. */
  #reach(): Promise<Client> {
    this.#client ??= import("../client/client.ts").then(({ Client: Loaded }) => {
      const { home = null, onNotice = () => {} } = this.#options;
      return new Loaded({ env: this.#env, home, say: onNotice });
    });
    return this.#client;
  }

  #signalWith(given: AbortSignal | undefined): AbortSignal {
    const { signal } = this.#closed;
    return given === undefined ? signal : AbortSignal.any([signal, given]);
  }

  /** A place and an environment are those of this connection. */
  async #filled(omitted: object, input: object): Promise<object> {
    const isIn = (key: string): boolean => key in omitted;
    return {
      ...omitted,
      ...(isIn("exact")
        ? await this.#place()
        : isIn("directory")
          ? { directory: this.#directory }
          : {}),
      ...(isIn("callerEnv") ? { callerEnv: await this.#callerEnv() } : {}),
      ...Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
    };
  }

  async #place(): Promise<object> {
    const { project = null } = this.#options;
    const directory = this.#directory;
    if (project !== null) return { project, directory, exact: false, files: [] };
    const { findConfigFiles } = await import("../config/search.ts");
    const found = findConfigFiles(directory, []);
    if (!found.ok) return { project, directory, exact: false, files: [] };
    const { directory: home, project: files } = found.files;
    return { project, directory: home, exact: true, files: [], found: [...files] };
  }

  async #callerEnv(): Promise<Readonly<Record<string, string>>> {
    const { callerEnvironment } = await import("../client/caller-environment.ts");
    return callerEnvironment(this.#env);
  }

  /** Ends when it was left; whoever asked for its end by a signal of his own is told the reason. */
  async *#documents(
    name: StreamName,
    omitted: object,
    input: object,
    [left, given]: readonly [left: AbortSignal, given: AbortSignal],
  ): AsyncGenerator<OutputOfOperation<StreamName>> {
    const client = await this.#reach();
    const whole = await this.#filled(omitted, input);
    const signal = AbortSignal.any([left, given]);
    try {
      given.throwIfAborted();
      if (name === "events") yield* this.#events(client, whole as EventsInput, signal);
      else yield* client.stream(name, whole as never, signal);
    } catch (error) {
      if (left.aborted) return;
      given.throwIfAborted();
      const { NoDaemonError } = await import("../client/connection.ts");
      if (error instanceof NoDaemonError) noDaemon(client);
      throw error;
    }
  }

  /** Goes on after the last one seen when the daemon was away: they are numbered, so none is missed and none comes
   *  twice. Ends when the daemon was stopped. */
  async *#events(
    client: Client,
    input: EventsInput,
    signal: AbortSignal,
  ): AsyncGenerator<WireEvent> {
    const { NoDaemonError } = await import("../client/connection.ts");
    const start = this.#options.start === true;
    const status = await client.look(
      "daemon-status",
      {},
      { start, waits: false, repeatable: true },
    );
    if (status === null) noDaemon(client);
    let asked = input;
    for (;;) {
      try {
        for await (const event of client.stream("events", asked, signal)) {
          asked = { ...asked, afterSeq: event.seq, last: null };
          yield event;
        }
        return;
      } catch (error) {
        if (!(error instanceof NoDaemonError) || !input.follow) throw error;
        if (asked.sinceMs === null)
          asked = { ...asked, afterSeq: asked.afterSeq ?? status.lastSeq };
        if ((await client.askUnlessStopped("daemon-status", {})) === null) return;
      }
    }
  }
}

type EventsInput = InputOfOperation<"events">;

function noDaemon({ home }: Client): never {
  const hint = "What changes something starts it, and so does connect({ start: true }).";
  return fail("DAEMON_UNREACHABLE", `Cannot reach the daemon of ${home}: there is none`, hint);
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined = Object.entries(env).filter(([, value]) => value !== undefined);
  return Object.fromEntries(defined) as Record<string, string>;
}
