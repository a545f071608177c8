/** A shared port with servers behind it, inside of the test's process. */

import { createServer, connect, type Server, type Socket } from "node:net";
import { freePort } from "../free-ports.ts";
import { Backends } from "../../src/balancer/backends.ts";
import type { Backend, Service } from "../../src/balancer/messages.ts";
import { PortTable } from "../../src/balancer/port-table.ts";

export class Served implements AsyncDisposable {
  readonly backends = new Backends(100);
  readonly table = new PortTable(this.backends);
  readonly port = freePort();
  #instances: Backend[] = [];
  readonly #servers = new Map<string, Server>();
  readonly #sockets = new Set<Socket>();

  /** Another instance, which takes connections at once. */
  async instance(id: string, serve: (socket: Socket) => void, host = "127.0.0.1"): Promise<void> {
    const port = freePort();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      serve(socket);
    });
    this.#servers.set(id, server);
    await new Promise<void>((resolve) => server.listen(port, host, resolve));
    this.#instances.push({ id, port, isOpen: true });
    this.serve();
  }

  open(id: string, isOpen: boolean): void {
    this.#instances = this.#instances.map((it) => (it.id === id ? { ...it, isOpen } : it));
    this.serve();
  }

  /** It listens no more, and nobody has said so. */
  async crash(id: string): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#servers.get(id)?.close(resolve));
  }

  serve(changed: Partial<Service> = {}) {
    const service: Service = {
      id: "shop/api",
      host: "localhost",
      port: this.port,
      algorithm: "round-robin",
      backends: this.#instances,
      ...changed,
    };
    return this.table.serve([service]);
  }

  client(): Socket {
    const socket = connect({ port: this.port, host: "127.0.0.1", allowHalfOpen: true });
    socket.on("error", () => {});
    this.#sockets.add(socket);
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.table.serve([]);
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(
      [...this.#servers.values()].map((it) => new Promise((resolve) => it.close(resolve))),
    );
  }
}

/** All that comes until the other side has ended, or `cut` when it was cut off. */
export function allOf(socket: Socket): Promise<Buffer | "cut"> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  return new Promise((resolve) => {
    socket.once("end", () => resolve(Buffer.concat(chunks)));
    socket.once("close", () => resolve("cut"));
  });
}
