/** Bugs to plant: each is a change of one line of the source that some promise of the simulation has to catch. */

import { RECOVERY_MUTANTS } from "./recovery-mutants.ts";
import { HOOK_MUTANTS } from "./hook-mutants.ts";
import { LIMIT_MUTANTS } from "./limit-mutants.ts";
import { RELOAD_MUTANTS } from "./reload-mutants.ts";
import { SCHEDULE_MUTANTS } from "./schedule-mutants.ts";
import { USE_MUTANTS } from "./use-mutants.ts";
import { WATCH_MUTANTS } from "./watch-mutants.ts";

export interface Mutant {
  /** What the bug is, as a sentence. */
  readonly bug: string;
  /** Below `src/`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    bug: "a process that belongs to a run is taken over by another",
    file: "core/owned.ts",
    from: "run.pid === pid && run.startTicks === startTicks",
    to: "run.pid === pid && run.startTicks !== startTicks",
  },
  {
    bug: "news of a former run is taken for news of the present one",
    file: "core/ask.ts",
    from: "if (presentRun(instance.state) === runId)",
    to: "if (presentRun(instance.state) !== null)",
  },
  {
    bug: "a stop during backoff does not cancel the restart",
    file: "core/lifecycle.ts",
    from: '"stop-asked": depart,',
    to: '"stop-asked": keep,',
  },
  {
    bug: "SIGKILL never follows the grace",
    file: "core/end-moves.ts",
    from: "if (killAtMonoMs !== null && monoMs >= killAtMonoMs) {",
    to: "if (monoMs < 0) {",
  },
  {
    bug: "one that is asked to stop is signalled all the same",
    file: "core/moves.ts",
    from: "ask,\n    ...drainFor",
    to: "ask: null,\n    ...drainFor",
  },
  {
    bug: "SIGKILL comes at once",
    file: "core/moves.ts",
    from: 'signal: killing ? "SIGKILL" : stop.signal',
    to: 'signal: "SIGKILL"',
  },
  {
    bug: "a grace ends by the clock on the wall",
    file: "core/moves.ts",
    from: "const from = turn.now.monoMs +",
    to: "const from = turn.now.wallMs +",
  },
  {
    bug: "a backoff ends by the clock on the wall",
    file: "core/end-moves.ts",
    from: "untilMonoMs: turn.now.monoMs + delayMs,",
    to: "untilMonoMs: turn.now.wallMs + delayMs,",
  },
  {
    bug: "restarts are counted by the clock on the wall",
    file: "core/restart.ts",
    from: "restartTimesMonoMs: [...recent, now.monoMs]",
    to: "restartTimesMonoMs: [...recent, now.wallMs - 2 * 365 * 24 * 3_600_000]",
  },
  {
    bug: "restarts are not counted",
    file: "core/restart.ts",
    from: "recent.length >= spec.max",
    to: "recent.length > spec.max + 1",
  },
  {
    bug: "an unknown end is a success",
    file: "core/restart.ts",
    from: "return exit.known && exit.code !== null && spec.successCodes.includes(exit.code);",
    to: "return !exit.known || (exit.code !== null && spec.successCodes.includes(exit.code));",
  },
  {
    bug: "dependencies are not waited for",
    file: "core/dependencies.ts",
    from: "return waitingFor.length === 0",
    to: "return waitingFor.length >= 0",
  },
  {
    bug: "one ready instance of several is enough",
    file: "core/dependencies.ts",
    from: 'verdicts.every((verdict) => verdict.kind === "met")',
    to: 'verdicts.some((verdict) => verdict.kind === "met")',
  },
  {
    bug: "the rest of the tree is not swept",
    file: "supervisor/performer.ts",
    from: "const { killed } = await swept;",
    to: "void swept; const killed = false;",
  },
  {
    bug: "a stop does not wait for dependents",
    file: "core/departures.ts",
    from: "turn.instancesOf(name, process).some(isOnItsWayOut)",
    to: "turn.instancesOf(name, process).some(() => false)",
  },
  {
    bug: "the concurrency is not kept",
    file: "core/admission.ts",
    from: 'verdict.kind === "met" && free > 0',
    to: 'verdict.kind === "met"',
  },
  {
    bug: "effects are carried out before the commit",
    file: "supervisor/supervisor.ts",
    from: "      ports.store.commit(result.changes, events);",
    to: "      for (const effect of result.effects) this.#performer.perform(effect);\n      ports.store.commit(result.changes, events);",
  },
  {
    bug: "a new daemon spawns what it finds intended, without looking for it",
    file: "core/recover.ts",
    from: '"find-or-spawn"',
    to: '"spawn"',
  },
  {
    bug: "a new daemon does not watch the runs that it finds",
    file: "core/recover.ts",
    from: "      adopt(turn, taken, run);\n",
    to: "",
  },
  {
    bug: "a new daemon does not go on with a stop",
    file: "core/recover.ts",
    from: 'if (state.kind === "cleaning") askClean',
    to: "if (state === null) askClean",
  },
  {
    bug: "event numbers begin anew with every daemon",
    file: "supervisor/supervisor.ts",
    from: "this.#lastSeq = lastSeq;",
    to: "this.#lastSeq = lastSeq * 0;",
  },
  {
    bug: "an exit is announced, but what follows is not decided",
    file: "choreographer/routes.ts",
    from: "each: [restartPolicy, groupFollows]",
    to: "each: [groupFollows]",
  },
  {
    bug: "what was skipped stays skipped when its dependency starts",
    file: "choreographer/routes.ts",
    from: "each: [dependentsHopeAgain]",
    to: "each: []",
  },
  {
    bug: "a removal is forgotten when it comes during a stop",
    file: "core/end-moves.ts",
    from: 'const asked: Instance = { ...instance, desired: gone ? "gone" : "down" };',
    to: 'const asked: Instance = { ...instance, desired: "down" };',
  },
  {
    bug: "a stop asked while it is being spawned is lost",
    file: "core/run-moves.ts",
    from: 'if (instance.desired !== "up") {',
    to: 'if (instance.desired === "gone") {',
  },
  {
    bug: "a definition that was read before an update takes the update back",
    file: "core/define.ts",
    from: "!isSameValue(own(before?.updates ?? {}, name) ?? {}, own(updates, name) ?? {})",
    to: "before?.updates[name] === undefined",
  },
  {
    bug: "an update does not see the one that came before it",
    file: "core/runtime-updates.ts",
    from: "!isSameValue(updatesOf(before, spec.name), updatesBefore)",
    to: "false",
  },
  {
    bug: "an update changes the definition, and the instances stay as many as they were",
    file: "core/runtime-updates.ts",
    from: "  adjustCount(turn, input.project, spec);\n  renew(",
    to: "  renew(",
  },
  {
    bug: "a success does not break a row of failures",
    file: "core/health.ts",
    from: "failures: 0, successes: now }",
    to: "failures: 1, successes: now }",
  },
  {
    bug: "one failure less than it takes is enough",
    file: "core/health.ts",
    from: "if (failures >= threshold)",
    to: "if (failures >= threshold - 1)",
  },
  {
    bug: "what is unhealthy is never ended",
    file: "choreographer/routes.ts",
    from: "each: [unhealthyRun]",
    to: "each: []",
  },
  {
    bug: "what is unhealthy is ended, though it is not to be restarted",
    file: "core/probing.ts",
    from: 'if (turn.specOf(instance).restart.policy === "no") return;',
    to: "",
  },
  {
    bug: "a new daemon does not go on probing",
    file: "core/recover.ts",
    from: 'state.kind === "running" && state.health !== undefined',
    to: "state === null",
  },
  {
    bug: "who waits for something to be healthy is not told that it is",
    file: "choreographer/routes.ts",
    from: '"health.healthy": { each: [], project: [admit] }',
    to: '"health.healthy": { each: [], project: [] }',
  },
  {
    bug: "a change of health is not told",
    file: "core/probing.ts",
    from: "if (next.level === health.level) return;",
    to: 'if (next.level === health.level || next.level === "critical") return;',
  },
  {
    bug: "a dependency that is not healthy will do",
    file: "core/dependencies.ts",
    from: "return isWell(state) ? met : wait;",
    to: "return met;",
  },
  {
    bug: "a start brings back an instance beyond the count",
    file: "core/ask.ts",
    from: "instance.index <= (own(processes, instance.process)?.instances ?? 0)",
    to: "instance.index > 0",
  },
  {
    bug: "an alert outlives the probes that it is about",
    file: "core/watch-alerts.ts",
    from: "    endUnprobed(turn, name);\n",
    to: "",
  },
  {
    bug: "an alert is fired again whenever it is looked at",
    file: "core/alert-reducer.ts",
    from: "worst.level <= fired.worst.level",
    to: "worst.level < fired.worst.level",
  },
  {
    bug: "an alert is fired before it has lasted",
    file: "core/alert-reducer.ts",
    from: "sinceMonoMs + rule.forMs <= now.monoMs",
    to: "sinceMonoMs <= now.monoMs",
  },
  {
    bug: "an alert is not resolved when the process is up again",
    file: "core/alert-conditions.ts",
    from: 'process: [...DONE, "process.ready"],',
    to: "process: [...DONE],",
  },
  {
    bug: "an alert that has to last is not looked at again",
    file: "supervisor/supervisor.ts",
    from: "    this.#alertDeadlines.arm();\n",
    to: "",
  },
  ...RECOVERY_MUTANTS,
  ...SCHEDULE_MUTANTS,
  ...USE_MUTANTS,
  ...WATCH_MUTANTS,
  ...LIMIT_MUTANTS,
  ...RELOAD_MUTANTS,
  ...HOOK_MUTANTS,
];
