/** Status objects of the world as it is now. */

import { verdictOn } from "../core/admission.ts";
import { degradationOf } from "../core/degradation.ts";
import { awaitedMember } from "../core/group-strategy.ts";
import { wallTimeOf } from "../core/timetable.ts";
import { impossible } from "../model/errors.ts";
import type { RunChannels } from "../ipc/channels.ts";
import { logPath } from "../logfile/paths.ts";
import { toCome } from "../model/waiting.ts";
import type { Instance } from "../model/state.ts";
import { instanceName, type RunId } from "../model/ids.ts";
import type { Clock, Gauge, Output, Prober } from "../supervisor/ports.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { publicState, statusOf, type Status } from "../protocol/status.ts";
import { definitionOf } from "../model/definition-of.ts";

interface StatusSources {
  readonly clock: Clock;
  readonly output: Output;
  readonly prober: Prober;
  readonly channels: Pick<RunChannels, "isOpen">;
  readonly gauge: Gauge;
}

const TURN = "waits for its turn: others are still starting";

export class StatusReader {
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  readonly #output: Output;
  readonly #prober: Prober;
  readonly #gauge: Gauge;
  readonly #channels: Pick<RunChannels, "isOpen">;

  constructor(supervisor: Supervisor, { clock, output, prober, channels, gauge }: StatusSources) {
    this.#channels = channels;
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.#output = output;
    this.#prober = prober;
    this.#gauge = gauge;
  }

  of(instance: Instance): Status {
    const { world } = this.#supervisor;
    const project = world.projects.get(instance.project);
    const spec = definitionOf(project, instance.process);
    if (project === undefined || spec === undefined) {
      throw new Error(`${instance.id} has no definition`);
    }
    const now = this.#clock.now();
    const { due } = instance;
    return statusOf(instance, spec, project, {
      nowMonoMs: now.monoMs,
      nextRunMs:
        due === undefined || instance.desired !== "up" ? null : wallTimeOf(due.atMs, due.by, now),
      logs: {
        stdout: logPath(world.home, instance, "stdout"),
        stderr: logPath(world.home, instance, "stderr"),
        droppedBytes: this.#output.droppedBytes(instance.id),
      },
      ipc: "run" in instance.state && this.#channels.isOpen(instance.state.run.id),
      waiting: instance.state.kind === "pending" ? this.#waiting(instance) : null,
      degraded: degradationOf(instance, spec, (process) =>
        this.#instancesOf(instance.project, process),
      ),
      use: (runId) => this.#gauge.last(runId),
      unready: instance.state.kind === "starting" ? this.#unready(instance.state.run.id) : null,
    });
  }

  #unready(runId: RunId): string | null {
    const said = this.#prober.historyOf(runId).flatMap(({ answers }) => {
      const last = answers.at(-1);
      return last === undefined || last.passed ? [] : last.text;
    });
    return said.length === 0 ? null : said.join("; ");
  }

  readonly #instancesOf = (project: string, process: string): Instance[] => {
    const { byProcess, instances } = this.#supervisor.world;
    const ids = [...(byProcess.get(`${project}/${process}`) ?? [])];
    return ids.flatMap((id) => instances.get(id) ?? []);
  };

  /** The member of its group that has to be down, or to start, before a pending instance does. */
  awaitedMember(instance: Instance): ReturnType<typeof awaitedMember> {
    const { projects } = this.#supervisor.world;
    return awaitedMember(
      {
        instancesOf: this.#instancesOf,
        projectOf: ({ project }) => projects.get(project) ?? impossible(`there is no ${project}`),
      },
      instance,
    );
  }

  #waitingForGroup(instance: Instance): string | null {
    const awaited = this.awaitedMember(instance);
    if (awaited === null) return null;
    const { process, index, state } = awaited.instance;
    const name = instanceName(process, index);
    return `waits for its group ${awaited.group}: ${name} is ${publicState(state)}`;
  }

  /** What a pending instance waits for, in words. */
  #waiting(instance: Instance): string {
    const { world } = this.#supervisor;
    const instancesOf = this.#instancesOf;
    const verdict = verdictOn(
      {
        now: this.#clock.now(),
        instancesOf,
        specOf: ({ project, process }) => {
          const spec = definitionOf(world.projects.get(project), process);
          if (spec === undefined) throw new Error(`${project}/${process} has no definition`);
          return spec;
        },
      },
      instance,
    );
    if (verdict.kind !== "wait") return this.#waitingForGroup(instance) ?? TURN;
    const parts = verdict.waitingFor.map(({ process, condition }) => {
      const states = instancesOf(instance.project, process).map(({ state }) =>
        condition === "healthy" && state.kind === "running"
          ? (state.health?.level ?? "running")
          : publicState(state),
      );
      return `${process} to ${toCome(condition)} (it is ${[...new Set(states)].join(", ")})`;
    });
    return `waits for ${parts.join(" and ")}`;
  }
}
