/** A port that is listened on for the instances behind it. Who connects is passed on to one that takes connections, and
 *  waits a while when none does: so nobody is refused while instances are restarted. */

import type { Socket, TCPSocketListener } from "bun";
import { limits } from "../model/limits.ts";
import type { Backends } from "./backends.ts";
import { choiceBy, type Choice } from "./choice.ts";
import type { Backend, Service } from "./messages.ts";
import { type End, RELAYED, tune } from "./relay.ts";

/** Where an instance may listen. */
const LOOPBACK = ["127.0.0.1", "::1"] as const;
type Loopback = (typeof LOOPBACK)[number];

/** One that has connected and was not passed on yet. */
interface Caller {
  readonly socket: Socket<End>;
  readonly untilMs: number;
  /** Those that did not take it. */
  readonly refused: Set<string>;
  isGone: boolean;
}

export class SharedPort {
  #service: Service;
  readonly #backends: Backends;
  readonly #choose: Choice;
  readonly #listeners: readonly TCPSocketListener<End>[];
  /** All that were not passed on yet. */
  readonly #callers = new Set<Caller>();
  /** Those of them for whom there is nobody. */
  readonly #waiting = new Set<Caller>();
  /** Where each instance was found to listen. */
  readonly #addresses = new Map<string, Loopback>();
  #look: ReturnType<typeof setInterval> | null = null;

  /** Throws, with a `code`, when the port cannot be listened on. */
  constructor(service: Service, backends: Backends) {
    this.#service = service;
    this.#backends = backends;
    this.#choose = choiceBy(service.algorithm, Math.random);
    this.#listeners = listenOn(service.host, service.port, (socket) => this.#called(socket));
  }

  /** Another list of instances; everything else needs another one of these. */
  update(service: Service): void {
    this.#service = service;
    for (const id of this.#addresses.keys()) {
      if (!service.backends.some((it) => it.id === id)) this.#addresses.delete(id);
    }
    this.#passOn();
  }

  isFor({ host, port, algorithm }: Service): boolean {
    const mine = this.#service;
    return host === mine.host && port === mine.port && algorithm === mine.algorithm;
  }

  get service(): Service {
    return this.#service;
  }

  get waiting(): number {
    return this.#callers.size;
  }

  async hasListeningBackend(): Promise<boolean> {
    const sockets = this.#service.backends.map((backend) => this.#connect(backend));
    const found = (await Promise.all(sockets)).filter((socket) => socket !== null);
    for (const socket of found) socket.terminate();
    return found.length > 0;
  }

  /** Listens no more. Those that have not been passed on are turned away; the others stay. */
  close(): void {
    for (const listener of this.#listeners) listener.stop();
    for (const { socket } of this.#callers) socket.terminate();
    this.#forgetLook();
  }

  #called(socket: Socket<End>): void {
    const caller: Caller = {
      socket,
      untilMs: performance.now() + limits.balancedWaitMs,
      refused: new Set(),
      isGone: false,
    };
    const gone = (): void => {
      caller.isGone = true;
      this.#callers.delete(caller);
      this.#waiting.delete(caller);
    };
    // It is not read, so nothing is said and nothing ends; it can be cut.
    socket.data = { owner: { said() {}, drained() {}, ended() {}, closed: gone } };
    if (this.#callers.size >= limits.balancedWaiting || this.#backends.areFull) {
      socket.terminate();
      return;
    }
    socket.pause();
    tune(socket);
    this.#callers.add(caller);
    void this.#passOnto(caller);
  }

  /** Tries one after the other. */
  async #passOnto(caller: Caller): Promise<void> {
    this.#waiting.delete(caller);
    for (;;) {
      const backend = this.#next(caller);
      if (backend === null) return this.#keepWaiting(caller);
      const socket = await this.#backends.during(backend.id, this.#connect(backend));
      if (caller.isGone) {
        socket?.terminate();
        return;
      }
      if (socket !== null) {
        this.#callers.delete(caller);
        this.#backends.join(backend.id, caller.socket, socket);
        for (const end of [caller.socket, socket]) end.resume();
        return;
      }
      caller.refused.add(backend.id);
    }
  }

  #next({ refused }: Caller): Backend | null {
    const open = this.#service.backends.filter((it) => it.isOpen && !refused.has(it.id));
    const chosen = this.#choose(
      open.map((backend) => ({ backend, connections: this.#backends.of(backend.id) })),
    );
    return chosen?.backend ?? null;
  }

  #keepWaiting(caller: Caller): void {
    // Whoever did not take it may do so at the next look.
    caller.refused.clear();
    this.#waiting.add(caller);
    this.#look ??= setInterval(() => this.#passOn(), limits.balancedLookMs);
  }

  #passOn(): void {
    const nowMs = performance.now();
    const isAnyOpen = this.#service.backends.some(({ isOpen }) => isOpen);
    for (const caller of this.#waiting.values().toArray()) {
      if (nowMs >= caller.untilMs) caller.socket.terminate();
      else if (isAnyOpen) void this.#passOnto(caller);
    }
    if (this.#callers.size === 0) this.#forgetLook();
  }

  #forgetLook(): void {
    if (this.#look !== null) clearInterval(this.#look);
    this.#look = null;
  }

  /** Null when it does not take it. */
  async #connect({ id, port }: Backend): Promise<Socket<End> | null> {
    const known = this.#addresses.get(id);
    const others = LOOPBACK.filter((address) => address !== known);
    for (const address of known === undefined ? LOOPBACK : [known, ...others]) {
      const socket = await connectTo(address, port);
      if (socket === null) continue;
      this.#addresses.set(id, address);
      return socket;
    }
    return null;
  }
}

/** Resolves with null when nobody listens there, or nobody answers for a while. It is paused. */
function connectTo(hostname: Loopback, port: number): Promise<Socket<End> | null> {
  const { promise, resolve } = Promise.withResolvers<Socket<End> | null>();
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    resolve(null);
  }, limits.balancedConnectMs);
  const failed = (): void => {
    clearTimeout(late);
    resolve(null);
  };
  const open = (socket: Socket<End>): void => {
    clearTimeout(late);
    if (isLate) {
      socket.terminate();
      return;
    }
    // Who speaks first is heard when somebody listens.
    socket.pause();
    tune(socket);
    resolve(socket);
  };
  const data: End = { owner: null };
  const socket = { ...RELAYED, open, connectError: failed };
  Bun.connect<End>({ hostname, port, allowHalfOpen: true, data, socket }).catch(failed);
  return promise;
}

/** `localhost` is two addresses; where a system has one of them, that. */
function listenOn(
  host: string,
  port: number,
  open: (socket: Socket<End>) => void,
): TCPSocketListener<End>[] {
  const listeners: TCPSocketListener<End>[] = [];
  try {
    for (const hostname of host === "localhost" ? LOOPBACK : [host]) {
      const listener = listenAt(hostname, port, open, host === "localhost");
      if (listener !== null) listeners.push(listener);
    }
    return listeners;
  } catch (error) {
    for (const listener of listeners) listener.stop();
    throw error;
  }
}

/** Not there: IPv6, on systems without. */
const NO_ADDRESS: ReadonlySet<unknown> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT"]);

function listenAt(
  hostname: string,
  port: number,
  open: (socket: Socket<End>) => void,
  isOptional: boolean,
): TCPSocketListener<End> | null {
  try {
    const data: End = { owner: null };
    return Bun.listen<End>({
      hostname,
      port,
      allowHalfOpen: true,
      data,
      socket: { ...RELAYED, open },
    });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (isOptional && hostname === "::1" && NO_ADDRESS.has(code)) return null;
    throw error;
  }
}
