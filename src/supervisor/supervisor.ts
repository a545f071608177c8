/** The loop: takes inputs from a bounded inbox, steps, commits, carries the effects out, announces the events. */

import { deadlineMonoMs } from "../core/deadlines.ts";
import { applyChanges, type MutableWorld } from "../core/world.ts";
import { step, type StepResult } from "../choreographer/step.ts";
import type { AlertKey } from "../model/alerts.ts";
import { fail, problem, ProcmanError } from "../model/errors.ts";
import type { Effect } from "../model/effects.ts";
import type { JournalEvent } from "../model/events.ts";
import type { InstanceId } from "../model/ids.ts";
import type { Input } from "../model/inputs.ts";
import { limits } from "../model/limits.ts";
import type { Changes, Instance, World } from "../model/state.ts";
import type { Calendar, Instant } from "../model/time.ts";
import { Deadlines } from "./deadlines.ts";
import { Performer, type PerformerPorts, type ReportTrouble } from "./performer.ts";
import { Waiters } from "./waiters.ts";
import type { Chance, Observer, Store } from "./ports.ts";
import { definitionOf } from "../model/definition-of.ts";

export interface SupervisorOptions {
  readonly ports: PerformerPorts & {
    readonly chance: Chance;
    readonly store: Store;
    readonly calendar: Calendar;
  };
  /** As the store last held it; the supervisor owns it from here on. */
  readonly world: MutableWorld;
  readonly lastSeq: number;
  readonly observers: readonly Observer[];
  readonly trouble: ReportTrouble;
}

/** While the registry cannot be written nothing happens; it is tried again that much later. */
const COMMIT_RETRY_MS = 250;

/** Who asked for something is told after so many tries that it was not done. News of the world waits for ever. */
const COMMIT_TRIES = 16;

interface Letter {
  readonly input: Input;
  readonly sender: Sender | null;
  /** Commits that have failed. */
  readonly tries: number;
}

interface Sender {
  done(): void;
  refused(error: ProcmanError): void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #performer: Performer;
  readonly #deadlines: Deadlines<InstanceId>;
  readonly #alertDeadlines: Deadlines<AlertKey>;
  readonly #waiters = new Waiters();
  #inbox: Letter[] = [];
  /** So many of the inbox's first letters are taken one by one, because one of them is impossible. */
  #suspects = 0;
  #scheduled = false;
  #held = false;
  #closed = false;
  /** The last commit failed, and that was told. */
  #isUnwritable = false;
  #lastSeq: number;
  #observerFailures = 0;

  constructor(options: SupervisorOptions) {
    const { ports, trouble, lastSeq } = options;
    this.#options = options;
    this.#lastSeq = lastSeq;
    this.#performer = new Performer(ports, (input) => this.#enqueue(input, null), trouble);
    this.#deadlines = new Deadlines(ports.clock, (instances) => {
      this.#enqueue({ kind: "clock-moved", instances }, null);
    });
    this.#alertDeadlines = new Deadlines(ports.clock, (alerts) => {
      this.#enqueue({ kind: "alerts-due", alerts }, null);
    });
    this.#setDeadlines(options.world, ports.clock.now());
  }

  /** Everything that is known, as of the last commit. */
  get world(): World {
    return this.#options.world;
  }

  /** The number of the last event. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** How often an observer has thrown. */
  get observerFailures(): number {
    return this.#observerFailures;
  }

  /** Resolves when the input has been taken in and committed. Throws DAEMON_BUSY when too many wait already,
   *  REGISTRY_UNUSABLE when it could not be committed for some seconds, INTERNAL when it was dropped. */
  submit(input: Input): Promise<void> {
    if (this.#inbox.length >= limits.inboxInputs) {
      fail("DAEMON_BUSY", "Cannot take the request: too many are waiting", "Try again shortly.");
    }
    return new Promise((done, refused) => this.#enqueue(input, { done, refused }));
  }

  /** Resolves as soon as `look` gives something other than undefined; looks now and after every commit. */
  until<T>(look: (world: World) => T | undefined, signal?: AbortSignal): Promise<T> {
    return this.#waiters.until(() => look(this.world), signal);
  }

  /** From here on inputs are still taken in and committed, but nothing is carried out any more: that is left to
   *  the recovery of the next daemon, as after a death between a commit and its effects. */
  hold(): void {
    this.#held = true;
    this.#performer.hold();
  }

  /** Takes in all that is known by now, then nothing any more. What runs goes on running. */
  close(): void {
    this.hold();
    while (this.#inbox.length > 0 && !this.#isUnwritable) this.#turn();
    this.#closed = true;
    this.#deadlines.disarm();
    this.#alertDeadlines.disarm();
  }

  /** News of the world is never refused: it is bounded by the runs there are. */
  #enqueue(input: Input, sender: Sender | null): void {
    this.#inbox.push({ input, sender, tries: 0 });
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled || this.#closed || this.#inbox.length === 0) return;
    this.#scheduled = true;
    this.#options.ports.clock.soon(() => {
      this.#scheduled = false;
      this.#turn();
      this.#schedule();
    });
  }

  /** One turn of the loop. Between two turns requests are answered. */
  #turn(): void {
    if (this.#closed) return;
    const taken = this.#take();
    const { ports, world } = this.#options;
    const now = ports.clock.now();
    const result = this.#step(taken, now);
    if (result === null) return;
    const events = result.facts.map((fact, nth) => ({
      ...fact,
      seq: this.#lastSeq + nth + 1,
      atMs: now.wallMs,
    }));
    try {
      ports.store.commit(result.changes, events);
    } catch (error) {
      if (ports.store.isShortage(error)) this.#keepTrying(taken, error);
      else this.#drop(taken, error);
      return;
    }
    this.#isUnwritable = false;
    this.#lastSeq += events.length;
    applyChanges(world, result.changes);
    this.#setDeadlines(result.changes, now);
    this.#renewDeadlines(taken, now);
    if (!this.#held) this.#perform(result.effects);
    this.#announce(events);
    for (const { sender } of taken) sender?.done();
    this.#waiters.check();
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      this.#guard(`carry out ${effect.kind}`, () => this.#performer.perform(effect));
    }
    this.#guard("identify what was spawned", () => this.#performer.identifySpawned());
  }

  #take(): Letter[] {
    if (this.#suspects > 0) {
      this.#suspects -= 1;
      return this.#inbox.splice(0, 1);
    }
    const taken = this.#inbox;
    this.#inbox = [];
    return taken;
  }

  /** Null when it could not be. */
  #step(letters: readonly Letter[], now: Instant): StepResult | null {
    const { ports, world } = this.#options;
    const inputs = letters.map(({ input }) => input);
    try {
      return step(world, inputs, now, ports.chance.next(), ports.calendar);
    } catch (error) {
      this.#drop(letters, error);
      return null;
    }
  }

  /** An impossible input is dropped, alone; of several, taken one by one, the one shows. */
  #drop(letters: readonly Letter[], error: unknown): void {
    const [first, ...more] = letters;
    if (first === undefined || more.length > 0) {
      this.#inbox = [...letters, ...this.#inbox];
      this.#suspects = letters.length;
      return;
    }
    const { kind } = first.input;
    this.#options.trouble(`dropped an impossible input: ${kind}`, error);
    const hint = "This is a bug in procman; the daemon's log has the details.";
    first.sender?.refused(
      new ProcmanError(problem("INTERNAL", `Cannot take in what was asked: ${kind}`, hint)),
    );
  }

  /** Nothing of it has happened yet; who asked does not wait for ever to hear that. */
  #keepTrying(letters: readonly Letter[], error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    if (!this.#isUnwritable) {
      const what = "cannot write the registry; nothing happens until it can be written";
      this.#options.trouble(what, error);
    }
    this.#isUnwritable = true;
    const again: Letter[] = [];
    for (const letter of letters) {
      if (letter.sender === null || letter.tries < COMMIT_TRIES) {
        again.push({ ...letter, tries: letter.tries + 1 });
        continue;
      }
      const message = `Cannot note in the registry what was asked, so it is not done: ${cause}`;
      const hint = "Make room on the disk of the daemon's home.";
      letter.sender.refused(new ProcmanError(problem("REGISTRY_UNUSABLE", message, hint)));
    }
    this.#inbox = [...again, ...this.#inbox];
    this.#pause(COMMIT_RETRY_MS);
  }

  #pause(ms: number): void {
    const { clock } = this.#options.ports;
    this.#scheduled = true;
    clock.wakeAt(clock.now().monoMs + ms, () => {
      this.#scheduled = false;
      this.#schedule();
    });
  }

  #setDeadlines({ instances, alerts }: Pick<Changes, "instances" | "alerts">, now: Instant): void {
    for (const [key, alert] of alerts) this.#alertDeadlines.set(key, alert?.dueMonoMs ?? null);
    this.#alertDeadlines.arm();
    for (const [id, instance] of instances) {
      this.#deadlines.set(id, instance === null ? null : this.#deadlineOf(instance, now));
    }
    this.#deadlines.arm();
  }

  /** What a clock moved in vain has a later deadline, or the same one still. */
  #renewDeadlines(letters: readonly Letter[], now: Instant): void {
    for (const { input } of letters) {
      if (input.kind !== "clock-moved") continue;
      for (const id of input.instances) {
        const instance = this.world.instances.get(id);
        if (instance !== undefined) this.#deadlines.set(id, this.#deadlineOf(instance, now));
      }
    }
    this.#deadlines.arm();
  }

  #deadlineOf(instance: Instance, now: Instant): number | null {
    const project = this.world.projects.get(instance.project);
    const spec = definitionOf(project, instance.process);
    return spec === undefined ? null : deadlineMonoMs(instance, spec, now);
  }

  #announce(events: readonly JournalEvent[]): void {
    for (const event of events) {
      for (const observer of this.#options.observers) {
        this.#guard(`tell observer ${observer.name} of ${event.type}`, () =>
          observer.observe(event),
        );
      }
    }
  }

  #guard(what: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#observerFailures += 1;
      this.#options.trouble(`cannot ${what}`, error);
    }
  }
}
