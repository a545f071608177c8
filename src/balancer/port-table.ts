/** All shared ports that are listened on, as the daemon wants them. */

import type { Backends } from "./backends.ts";
import type { Counted, Service, Unserved } from "./messages.ts";
import { SharedPort } from "./shared-port.ts";

export class PortTable {
  readonly backends: Backends;
  readonly #ports = new Map<string, SharedPort>();

  constructor(backends: Backends) {
    this.backends = backends;
  }

  /** Brings it to what is wanted; what cannot be listened on, and why. */
  serve(services: readonly Service[]): readonly Unserved[] {
    const wanted = new Map(services.map((service) => [service.id, service]));
    for (const [id, port] of this.#ports) {
      const service = wanted.get(id);
      if (service !== undefined && port.isFor(service)) continue;
      port.close();
      this.#ports.delete(id);
    }
    return services.flatMap((service) => {
      const code = this.#serveOne(service);
      return code === null ? [] : [{ service: service.id, code }];
    });
  }

  counted(): readonly Counted[] {
    return [...this.#ports.values()].map(({ service, waiting }) => ({
      service: service.id,
      open: Object.fromEntries(service.backends.map(({ id }) => [id, this.backends.of(id)])),
      waiting,
    }));
  }

  /** Somebody is connected, or wants to be. */
  get isInUse(): boolean {
    return this.backends.count > 0 || [...this.#ports.values()].some(({ waiting }) => waiting > 0);
  }

  async hasListeningBackend(): Promise<boolean> {
    const all = [...this.#ports.values()].map((port) => port.hasListeningBackend());
    return (await Promise.all(all)).includes(true);
  }

  #serveOne(service: Service): string | null {
    const known = this.#ports.get(service.id);
    try {
      if (known !== undefined) known.update(service);
      else this.#ports.set(service.id, new SharedPort(service, this.backends));
      return null;
    } catch (error) {
      return error instanceof Error && "code" in error ? String(error.code) : String(error);
    }
  }
}
