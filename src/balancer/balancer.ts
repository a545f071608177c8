/** The daemon's side of the balancer: starts its process when there is something to balance, finds the one that an earlier
 *  daemon has started, and tells it what to serve. */

import { existsSync, rmSync } from "node:fs";
import { limits } from "../model/limits.ts";
import { programPath } from "../programs.ts";
import { BALANCER_VERSION, type Counted, type Service } from "./messages.ts";
import { BalancerWire } from "./balancer-wire.ts";

export interface BalancerOptions {
  /** Of the socket on which it is told what to do. */
  readonly path: string;
  readonly trouble: (what: string, error: unknown) => void;
}

/** After what went wrong it is tried again that much later. */
const RETRY_MS = 1_000;
/** With nothing to balance it is ended after that long: the next may be near. */
const LINGER_MS = 5_000;
const CONNECT_LOOK_MS = 10;

interface Waiter {
  /** What was wanted when it began to wait. */
  readonly seq: number;
  readonly service: string;
  readonly served: (code: string | null) => void;
}

export class BalancerProcess {
  readonly #options: BalancerOptions;
  #services: readonly Service[] = [];
  /** Of what is wanted, each time it changes. */
  #seq = 0;
  #wire: BalancerWire | null = null;
  /** What is not served, and why, as it was last told; null: nothing was told yet. */
  #unserved: ReadonlyMap<string, string> | null = null;
  #servedSeq = 0;
  #isConnecting = false;
  /** When it was last reached. */
  #reachedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  #waiters: Waiter[] = [];
  #linger: ReturnType<typeof setTimeout> | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;

  constructor(options: BalancerOptions) {
    this.#options = options;
  }

  /** All that is to be served from now on. */
  serve(services: readonly Service[]): void {
    if (this.#isClosed) return;
    if (Bun.deepEquals(services, this.#services) && this.#seq > 0) return;
    this.#services = services;
    this.#seq += 1;
    if (this.#linger !== null) clearTimeout(this.#linger);
    this.#linger = services.length > 0 ? null : setTimeout(() => this.#endUnneeded(), LINGER_MS);
    this.#linger?.unref();
    if (this.#wire !== null) void this.#tell(this.#wire);
    else if (services.length > 0 || existsSync(this.#options.path)) void this.#connect();
  }

  /** Resolves with null when the service is listened for, else with why it is not. */
  listening(service: string): Promise<string | null> {
    if (this.#unserved !== null && this.#servedSeq === this.#seq) {
      const code = this.#unserved.get(service) ?? null;
      if (code === null) return Promise.resolve(null);
      // It may have become free.
      if (this.#wire !== null) {
        this.#seq += 1;
        void this.#tell(this.#wire);
      }
    }
    const { promise, resolve } = Promise.withResolvers<string | null>();
    const late = setTimeout(() => resolve("ETIMEDOUT"), limits.balancerStartMs);
    const served = (code: string | null): void => {
      clearTimeout(late);
      resolve(code);
    };
    this.#waiters.push({ seq: this.#seq, service, served });
    return promise;
  }

  /** Resolves when what is wanted is known to it, and nothing is under way to the instance. Nobody waits for one that
   *  is not there. */
  async drain(backend: string, withinMs: number): Promise<void> {
    await this.#wire?.drain(backend, withinMs);
  }

  /** Connections by now; empty when nobody can tell. */
  async counted(): Promise<readonly Counted[]> {
    return (await this.#wire?.count()) ?? [];
  }

  /** Why a service is not listened for; null when it is, or nobody can tell. */
  unserved(service: string): string | null {
    return this.#unserved?.get(service) ?? null;
  }

  /** What is served goes on; a balancer that serves nothing is ended. */
  close(): void {
    this.#isClosed = true;
    for (const timer of [this.#linger, this.#retry]) if (timer !== null) clearTimeout(timer);
    if (this.#services.length === 0) this.#endUnneeded();
    this.#wire?.close();
  }

  async #connect(): Promise<void> {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    try {
      this.#connected(await this.#reach());
    } catch (error) {
      this.#options.trouble("cannot start it", error);
      this.#later();
    } finally {
      this.#isConnecting = false;
    }
  }

  /** Finds it, or starts it. */
  async #reach(): Promise<BalancerWire> {
    const { path } = this.#options;
    const found = await this.#greet(path);
    if (found?.version === BALANCER_VERSION) return found;
    // One of another release.
    found?.end();
    for (let waitedMs = 0; found?.isClosed === false; waitedMs += CONNECT_LOOK_MS) {
      if (waitedMs >= limits.balancerSilentMs) break;
      await Bun.sleep(CONNECT_LOOK_MS);
    }
    rmSync(path, { force: true });
    const child = startProgram(path);
    const untilMs = performance.now() + limits.balancerStartMs;
    while (performance.now() < untilMs && child.exitCode === null) {
      await Bun.sleep(CONNECT_LOOK_MS);
      const started = await this.#greet(path);
      if (started !== null) return started;
    }
    child.kill("SIGKILL");
    throw new Error(`it does not answer at ${path}`);
  }

  #greet(path: string): Promise<BalancerWire | null> {
    return BalancerWire.open(path, {
      closed: (wire) => this.#gone(wire),
      trouble: (what) => this.#options.trouble("it has met with trouble", what),
    });
  }

  #connected(wire: BalancerWire): void {
    this.#wire = wire;
    this.#reachedMs = performance.now();
    if (this.#isClosed) wire.close();
    else void this.#tell(wire);
  }

  async #tell(wire: BalancerWire): Promise<void> {
    const seq = this.#seq;
    const unserved = await wire.serve(this.#services);
    if (wire !== this.#wire || unserved === null) return;
    this.#servedSeq = Math.max(this.#servedSeq, seq);
    const codes = new Map(unserved.map(({ service, code }) => [service, code]));
    this.#unserved = codes;
    const [told, others] = [
      this.#waiters.filter((it) => it.seq <= seq),
      this.#waiters.filter((it) => it.seq > seq),
    ];
    this.#waiters = others;
    for (const { service, served } of told) served(codes.get(service) ?? null);
    if (codes.size > 0) this.#later();
  }

  #gone(wire: BalancerWire): void {
    if (this.#wire !== wire) return;
    this.#wire = null;
    this.#unserved = null;
    if (this.#isClosed || this.#services.length === 0) return;
    this.#options.trouble("it has ended, and with it all connections through it", "started again");
    // One that ends ever again is not to be all that there is.
    if (performance.now() - this.#reachedMs < RETRY_MS) this.#later();
    else void this.#connect();
  }

  #later(): void {
    if (this.#retry !== null || this.#isClosed) return;
    this.#retry = setTimeout(() => {
      this.#retry = null;
      if (this.#services.length === 0 || this.#isClosed) return;
      if (this.#wire === null) void this.#connect();
      else void this.#tell(this.#wire);
    }, RETRY_MS).unref();
  }

  #endUnneeded(): void {
    const wire = this.#wire;
    if (wire === null) return;
    this.#wire = null;
    this.#unserved = null;
    wire.end();
    rmSync(this.#options.path, { force: true });
  }
}

function startProgram(path: string): Bun.Subprocess {
  const program = programPath("balancer/main");
  const child = Bun.spawn(
    [process.execPath, "--config=/dev/null", "--no-env-file", program, path],
    {
      stdio: ["ignore", "ignore", "ignore"],
      cwd: "/",
      // Nothing of a run: no sweep is to find it.
      env: {},
      detached: true,
    },
  );
  child.unref();
  return child;
}
