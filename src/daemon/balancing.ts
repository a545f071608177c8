/** What the balancer is to serve: follows from the world, and is looked at again whenever something is told of an
 *  instance. So nothing of it has to be recovered. */

import { BalancerProcess } from "../balancer/balancer.ts";
import type { Backend, Service } from "../balancer/messages.ts";
import { proxyOf, sharingOf } from "../model/sharing.ts";
import type { JournalEvent } from "../model/events.ts";
import { definitionOf } from "../model/definition-of.ts";
import { AT_REST } from "../model/at-rest.ts";
import { parseInstanceId, type InstanceId } from "../model/ids.ts";
import type { SpawnError } from "../model/inputs.ts";
import { portTaken } from "../platform/processes.ts";
import { ownPortOf } from "../model/port.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { Instance, InstanceState, World } from "../model/state.ts";
import type { WireSharing } from "../protocol/shapes.ts";
import type { Balancer } from "../supervisor/balanced-runs.ts";
import type { Observer, PortKeeper } from "../supervisor/ports.ts";
import { balancerSocketBeside } from "../client/socket-path.ts";
import type { DaemonLog } from "./daemon-log.ts";

export interface BalancingOptions {
  readonly world: () => World;
  readonly process: BalancerProcess;
  /** Lets go of a port that was chosen, and kept from others until now. */
  readonly release: (port: number) => void;
  /** The error of a port that another process has. */
  readonly taken: (port: number) => SpawnError;
}

export function openBalancing(options: {
  /** Of the daemon. */
  readonly socket: string;
  readonly world: () => World;
  readonly portKeeper: PortKeeper;
  readonly log: DaemonLog;
}): Balancing {
  const { socket, world, portKeeper, log } = options;
  const process = new BalancerProcess({
    path: balancerSocketBeside(socket),
    trouble: (what, error) => log.trouble("balancer", what, error),
  });
  return new Balancing({
    world,
    process,
    release: (port) => portKeeper.release(port),
    taken: (port) => portTaken(port, portKeeper),
  });
}

export class Balancing implements Balancer {
  readonly observer: Observer = { name: "balancing", observe: (event) => this.#heard(event) };
  readonly #options: BalancingOptions;
  #isDue = false;
  #isClosed = false;

  constructor(options: BalancingOptions) {
    this.#options = options;
  }

  /** Looks at all there is. */
  look(): void {
    this.#options.process.serve(servicesOf(this.#options.world()));
  }

  async listening(instance: InstanceId): Promise<SpawnError | null> {
    const { project, process } = parseInstanceId(instance);
    const id = `${project}/${process}`;
    const port = definitionOf(this.#options.world().projects.get(project), process)?.port;
    if (typeof port === "number") this.#options.release(port);
    this.look();
    const code = await this.#options.process.listening(id);
    return code === null ? null : this.#whyNot(id, code);
  }

  async withdraw(instance: InstanceId, withinMs: number): Promise<void> {
    this.look();
    await this.#options.process.drain(instance, withinMs);
  }

  /** How an instance shares its port; null when it does not. */
  async sharingOf(instance: Instance): Promise<WireSharing | null> {
    const { projects } = this.#options.world();
    const spec = definitionOf(projects.get(instance.project), instance.process);
    const sharing = spec === undefined ? null : sharingOf(spec);
    if (spec === undefined || sharing === null || spec.port === null) return null;
    const { mode, isDefault = false } = sharing;
    const proxy = proxyOf(spec);
    const id = `${instance.project}/${instance.process}`;
    const counts = await this.#options.process.counted();
    const counted = counts.find(({ service }) => service === id);
    const code = this.#options.process.unserved(id);
    return {
      mode,
      algorithm: proxy?.algorithm ?? null,
      host: proxy?.host ?? null,
      port: spec.port,
      ownPort: ownPortOf(spec, instance.index),
      isDefault,
      isOpen: backendOf(spec, instance)?.isOpen === true,
      connections: counted?.open[instance.id] ?? null,
      waiting: counted?.waiting ?? null,
      trouble: code === null ? null : this.#whyNot(id, code).message,
    };
  }

  close(): void {
    this.look();
    this.#isClosed = true;
    this.#options.process.close();
  }

  /** Much is told at once. */
  #heard(event: JournalEvent): void {
    if (this.#isDue || !this.#mayConcern(event)) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (!this.#isClosed) this.look();
    });
  }

  #mayConcern({ type, project, process }: JournalEvent): boolean {
    if (type === "config.changed" || process === null) return type === "config.changed";
    const spec = definitionOf(this.#options.world().projects.get(project ?? ""), process);
    // Of one that is removed with its definition nothing is known any more.
    return spec === undefined || proxyOf(spec) !== null;
  }

  #whyNot(id: string, code: string): SpawnError {
    const services = servicesOf(this.#options.world());
    const service = services.find((it) => it.id === id);
    if (code === "ETIMEDOUT" || service === undefined) {
      const message = "the balancer, which is to listen on its port, does not come up";
      return { code, message, transient: true };
    }
    const { port, host } = service;
    const other = services.find((it) => it.id !== id && it.port === port);
    if (code === "EADDRINUSE" && other === undefined) return this.#options.taken(port);
    const what = `port ${port} of ${host} cannot be listened on`;
    const why = other === undefined ? code : `the instances of ${other.id} share it`;
    return { code, message: `${what}: ${why}`, transient: true };
  }
}

function servicesOf(world: World): Service[] {
  return [...world.projects.values()].flatMap(({ spec: { name, processes } }) =>
    Object.values(processes).flatMap((spec) => {
      const proxy = proxyOf(spec);
      if (proxy === null || spec.port === null) return [];
      const id = `${name}/${spec.name}`;
      const instances = [...(world.byProcess.get(id) ?? [])].flatMap(
        (it) => world.instances.get(it) ?? [],
      );
      // Who comes when all are to be gone is refused, as by a server that was stopped.
      if (!instances.some(isToRun)) return [];
      const { host, algorithm } = proxy;
      const backends = instances.flatMap((it) => backendOf(spec, it) ?? []);
      return [{ id, host, port: spec.port, algorithm, backends }];
    }),
  );
}

function isToRun({ desired, state }: Instance): boolean {
  return isServing(state) || (desired === "up" && !AT_REST.has(state.kind));
}

/** One that waits until those are gone that depend on it is there for them. */
function isServing(state: InstanceState): boolean {
  if (state.kind === "leaving") return state.run.readyAtMs !== null;
  return state.kind === "running" && state.health?.level !== "unhealthy";
}

function backendOf(spec: ProcessSpec, { id, index, state }: Instance): Backend | null {
  const port = ownPortOf(spec, index);
  if (port === null || !("run" in state)) return null;
  return { id, port, isOpen: isServing(state) };
}
