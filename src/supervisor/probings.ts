/** The probing of runs that is under way: of readiness or of health, one for each run. */

import type { EffectOf } from "../model/effects.ts";
import type { InstanceId, RunId } from "../model/ids.ts";
import type { RunReport } from "../model/inputs.ts";
import type { Prober } from "./ports.ts";

export type ReportOfRun = (instance: InstanceId, runId: RunId, report: RunReport) => void;

export class Probings {
  readonly #prober: Prober;
  readonly #report: ReportOfRun;
  /** Each ends its probing, and gives what is then to be told. */
  readonly #underWay = new Map<RunId, () => (() => void) | null>();

  constructor(prober: Prober, report: ReportOfRun) {
    this.#prober = prober;
    this.#report = report;
  }

  ready(effect: EffectOf<"probe-ready">): void {
    const { instance, runId, identity, probes, launch, isBeside } = effect;
    this.#underWay.get(runId)?.();
    const pair = isBeside === undefined ? {} : { isBeside };
    const run = { instance, runId, leader: identity, launch, ...pair };
    const report = (of: RunReport): void => {
      this.#underWay.delete(runId);
      this.#report(instance, runId, of);
    };
    const probing = this.#prober.untilReady(run, probes, {
      ready: () => report({ kind: "ready" }),
      never: (answer) => report({ kind: "never-ready", answer }),
    });
    this.#underWay.set(runId, () => {
      const answer = probing.account();
      probing.stop();
      return answer === null
        ? null
        : () => this.#report(instance, runId, { kind: "probed-in-vain", answer });
    });
  }

  health(effect: EffectOf<"probe-health">): void {
    const { instance, runId, identity, probes, launch, anew } = effect;
    this.#underWay.get(runId)?.();
    const run = { instance, runId, leader: identity, launch, anew };
    const probing = this.#prober.watchHealth(run, probes, (report) => {
      this.#report(instance, runId, report);
    });
    this.#underWay.set(runId, () => {
      probing.stop();
      return null;
    });
  }

  stop(runId: RunId): void {
    const tell = this.#underWay.get(runId)?.();
    this.#underWay.delete(runId);
    tell?.();
  }
}
