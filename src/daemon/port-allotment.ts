/** Allotment: chooses ports for the processes that leave it to the daemon, before anything starts, so that others can
 *  be told of them. Once chosen a port stays, as long as the definition does. */

import { isSameValue } from "../core/definition-changes.ts";
import { sharingOf } from "../model/sharing.ts";
import { fail } from "../model/errors.ts";
import { own } from "../model/own.ts";
import { allPortsOf, portsFrom } from "../model/port.ts";
import type { PortChoice, ProcessSpec, ProjectSpec } from "../model/spec.ts";
import type { PortKeeper } from "../supervisor/ports.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

/** For `auto`: below what Linux and macOS give to connections by themselves. */
const FIRST_PORT = 20_000;
const LAST_PORT = 29_999;

/** What was chosen and is not defined that long after is given up: a dry run, or a request that came to nothing. */
const PROMISE_MS = 30_000;

type Chosen = ProcessSpec & { readonly portChoice: PortChoice };

export class PortAllotment {
  readonly #supervisor: Supervisor;
  readonly #ports: PortKeeper;
  /** When each port was last chosen, on the monotonic clock. */
  readonly #chosenAtMs = new Map<number, number>();

  constructor(supervisor: Supervisor, ports: PortKeeper) {
    this.#supervisor = supervisor;
    this.#ports = ports;
  }

  /** The definition with every port in it. What is chosen is held until its process is spawned. Throws PORT_TAKEN. */
  allot(spec: ProjectSpec): ProjectSpec {
    this.#releaseForgotten();
    const processes = { ...spec.processes };
    const known = this.#supervisor.world.projects.get(spec.name)?.spec.processes ?? {};
    for (const given of Object.values(spec.processes)) {
      const before = own(known, given.name);
      const process = asBefore(given, before);
      if (process.disabled) continue;
      processes[process.name] = process;
      if (!isChosen(process) && sharingOf(process) === null) continue;
      const others = this.#portsOfOthers(spec.name, processes, process.name);
      const port = isChosen(process)
        ? this.#choose(spec.name, process, before, others)
        : process.port;
      const chosen = { ...process, port };
      processes[process.name] = this.#withOwnPorts(spec.name, chosen, before, others);
    }
    return { ...spec, processes };
  }

  /** Behind a shared port each instance has one of its own, which stays for as long as there is the instance. */
  #withOwnPorts(
    project: string,
    process: ProcessSpec,
    before: ProcessSpec | undefined,
    others: ReadonlyMap<number, string>,
  ): ProcessSpec {
    const sharing = sharingOf(process);
    if (sharing === null) return process;
    const { name, instances, port: shared } = process;
    const earlier = before === undefined ? [] : (sharingOf(before)?.ports ?? []);
    const ports = earlier.filter((port) => !others.has(port) && port !== shared);
    const owner = `${project}/${name}`;
    for (const port of candidates(`${owner} own`, ANY)) {
      if (ports.length >= instances) break;
      if (port === shared || ports.includes(port) || others.has(port)) continue;
      if (this.#hold(port, owner)) ports.push(port);
    }
    if (ports.length < instances) this.#noneLeft({ ...process, portChoice: ANY }, others);
    return { ...process, balance: { ...sharing, ports: ports.slice(0, instances) } };
  }

  #choose(
    project: string,
    process: Chosen,
    before: ProcessSpec | undefined,
    others: ReadonlyMap<number, string>,
  ): number {
    const { name, portChoice } = process;
    const owner = `${project}/${name}`;
    const count = inARow(process);
    // Its own servers listen there.
    const stays =
      before !== undefined &&
      before.port !== null &&
      isSameValue(before.portChoice, portChoice) &&
      portsFrom(before.port, count).every((port) => !others.has(port)) &&
      portsFrom(before.port + inARow(before), count - inARow(before)).every((port) =>
        this.#hold(port, owner),
      );
    if (stays && before.port !== null) return before.port;
    for (const first of candidates(owner, portChoice)) {
      const block = portsFrom(first, count);
      if (block.every((port) => !others.has(port) && this.#hold(port, owner))) return first;
    }
    return this.#noneLeft(process, others);
  }

  /** Ports of every other definition, each with the process that it is for. */
  #portsOfOthers(
    project: string,
    processes: Readonly<Record<string, ProcessSpec>>,
    except: string,
  ): ReadonlyMap<number, string> {
    const taken = new Map<number, string>();
    const note = (name: string, spec: ProcessSpec): void => {
      if (spec.disabled) return;
      for (const port of allPortsOf(spec)) taken.set(port, `${name}/${spec.name}`);
    };
    for (const [name, { spec }] of this.#supervisor.world.projects) {
      if (name !== project) for (const it of Object.values(spec.processes)) note(name, it);
    }
    for (const it of Object.values(processes)) if (it.name !== except) note(project, it);
    return taken;
  }

  #noneLeft({ name, portChoice }: Chosen, others: ReadonlyMap<number, string>): never {
    const { from, bump } = portChoice;
    const first = from ?? FIRST_PORT;
    const last = from === null ? LAST_PORT : from + bump;
    const examples = portsFrom(first, Math.min(3, last - first + 1)).map((port) => {
      const holder = this.#ports.holderOf(port);
      const seen = holder === null ? "another process" : `${holder.name} (pid ${holder.pid})`;
      return `${port} by ${others.get(port) ?? seen}`;
    });
    return fail(
      "PORT_TAKEN",
      `Cannot find a port for ${name}: ${first} to ${last} are taken, ${examples.join(", ")}`,
      "Raise 'port.bump', choose another number, or stop what has them.",
    );
  }

  /** What was held for a definition that is gone, or has another port now. */
  #releaseForgotten(): void {
    const defined = this.#portsOfOthers("", {}, "");
    for (const port of this.#ports.held()) {
      const agoMs = performance.now() - (this.#chosenAtMs.get(port) ?? 0);
      if (defined.has(port) || agoMs < PROMISE_MS) continue;
      this.#chosenAtMs.delete(port);
      this.#ports.release(port);
    }
  }

  #hold(port: number, owner: string): boolean {
    const isHeld = this.#ports.hold(port, owner);
    if (isHeld) this.#chosenAtMs.set(port, performance.now());
    return isHeld;
  }
}

/** Any port: see `candidates`. */
const ANY: PortChoice = { from: null, bump: 0 };

/** What several instances share is left to one that has remained, unless somebody says something else: it would have to
 *  be restarted. */
function asBefore(process: ProcessSpec, before: ProcessSpec | undefined): ProcessSpec {
  const sharing = before === undefined ? null : sharingOf(before);
  if (sharing?.isDefault !== true || process.balance !== undefined) return process;
  return { ...process, balance: sharing };
}

/** How many ports it needs, one after the other. */
function inARow(process: ProcessSpec): number {
  return sharingOf(process) === null ? process.instances : 1;
}

function isChosen(process: ProcessSpec): process is Chosen {
  return process.portChoice !== null;
}

/** The same process begins to look at the same place each time. */
function candidates(owner: string, { from, bump }: PortChoice): number[] {
  if (from !== null) return portsFrom(from, bump + 1);
  const span = LAST_PORT - FIRST_PORT + 1;
  const start = Number(Bun.hash(owner) % BigInt(span));
  return Array.from({ length: span }, (_, nth) => FIRST_PORT + ((start + nth) % span));
}
