/** The step: takes inputs into the world, lets the handlers decide until nothing is left to decide, and gives back
 *  what changed, what is to be done, and what to tell. Pure: time, chance and the calendar come in with the call. */

import type { Notice } from "../model/alerts.ts";
import { impossible } from "../model/errors.ts";
import type { Effect } from "../model/effects.ts";
import type { Fact } from "../model/events.ts";
import { instanceId, parseInstanceId, type InstanceId, type ProjectName } from "../model/ids.ts";
import type { Input, InputOf } from "../model/inputs.ts";
import { limits } from "../model/limits.ts";
import type { Changes, World } from "../model/state.ts";
import type { Calendar, Instant } from "../model/time.ts";
import { defineAdHoc } from "../core/ad-hoc.ts";
import { admit } from "../core/admission.ts";
import { ask, report } from "../core/ask.ts";
import { askNoting, saveSet } from "../core/comeback.ts";
import { define, retireProcesses } from "../core/define.ts";
import { settleStandIns } from "../core/fallback.ts";
import { keepDue } from "../core/on-schedule.ts";
import { recover } from "../core/recover.ts";
import { scale, setProcess } from "../core/runtime-updates.ts";
import { meetSchedule } from "../core/schedule.ts";
import { commandDone, commandFailed } from "../core/side-command-ends.ts";
import { keepSideCommands } from "../core/side-commands.ts";
import { isToldBeside, Turn } from "../core/turn.ts";
import { groupMeasured } from "../core/watch-groups.ts";
import { watchAlerts } from "../core/watch-alerts.ts";
import { actOnChange, filesChanged } from "../core/watch-files.ts";
import { routes, type ProjectHandler } from "./routes.ts";

export interface StepResult {
  readonly changes: Changes;
  readonly effects: readonly Effect[];
  readonly facts: readonly Fact[];
}

/** Several inputs make one step, so that many ends at once are looked at together. */
export function step(
  world: World,
  inputs: readonly Input[],
  now: Instant,
  chance: number,
  calendar: Calendar,
): StepResult {
  const turn = new Turn(world, now, chance, calendar);
  const agenda = new Agenda();
  for (const input of inputs) {
    take(turn, input, agenda);
    decide(turn, agenda);
  }
  while (agenda.runProjectHandlers(turn)) decide(turn, agenda);
  keepDue(turn);
  keepSideCommands(turn);
  watchAlerts(
    turn,
    inputs.flatMap((it) => (it.kind === "alerts-due" ? it.alerts : [])),
  );
  return { changes: turn.changes(), effects: turn.effects, facts: turn.facts };
}

function take(turn: Turn, input: Input, agenda: Agenda): void {
  switch (input.kind) {
    case "project-defined":
      return define(turn, input);
    case "ad-hoc-defined":
      return defineAdHoc(turn, input);
    case "processes-retired":
      return retireProcesses(turn, input);
    case "scale-asked":
      return scale(turn, input);
    case "process-set":
      return setProcess(turn, input);
    case "instances-asked":
      for (const id of input.instances) askNoting(turn, id, input.request);
      settleStandIns(turn, input);
      return;
    case "save-asked":
      return saveSet(turn, input);
    case "files-changed":
      return filesChanged(turn, input);
    case "run-reported":
      return report(turn, input.instance, input.runId, input.report);
    case "group-measured":
      return groupMeasured(turn, input);
    case "clock-moved":
      for (const id of input.instances) moveClock(turn, id, agenda);
      return;
    case "output-dropped": {
      const { stream, bytes, isOver } = input;
      return tellOfOutput(turn, "log.dropped", input, { stream, bytes, isOver });
    }
    case "output-rotated": {
      const { stream, path, files } = input;
      return tellOfOutput(turn, "log.rotated", input, { stream, path, files });
    }
    case "command-done":
      return commandDone(turn, input);
    case "command-failed":
      return commandFailed(turn, input);
    case "notice-undelivered":
      return tellUndelivered(turn, input);
    case "alerts-due":
      return; // Alerts are looked at when all else is decided.
    case "lease-taken":
      turn.putLease(input.lease);
      turn.perform({ kind: "watch-lease", lease: input.lease });
      return;
    case "lease-ended":
      turn.removeLease(input.lease);
      for (const { id, lease } of turn.allInstances()) {
        if (lease === input.lease) ask(turn, id, { kind: "stop-asked", timeoutMs: null });
      }
      return;
    case "facts-observed":
      for (const fact of input.facts) turn.tell(fact);
      return;
    case "recovered":
      recover(turn, input);
      for (const { project } of turn.allInstances()) agenda.add(project, admit);
      return;
  }
}

function moveClock(turn: Turn, id: InstanceId, agenda: Agenda): void {
  ask(turn, id, { kind: "clock-moved" });
  meetSchedule(turn, id);
  actOnChange(turn, id);
  const instance = turn.instance(id);
  if (instance?.state.kind === "pending") agenda.add(instance.project, admit);
}

function tellUndelivered(turn: Turn, input: InputOf<"notice-undelivered">): void {
  const { notice, receiver, reason } = input;
  turn.tell({
    ...subjectOf(notice),
    type: "alert.undelivered",
    runId: notice.runId,
    data: { id: notice.id, rule: notice.rule, status: notice.status, receiver, reason },
  });
}

function subjectOf({ project, process, instance }: Notice) {
  const isInstance = process !== null && instance !== null;
  const id = isInstance ? instanceId(project, process, instance) : null;
  return { project, process, instance, instanceId: id };
}

/** Also of what is no instance: pipes that are captured have logs too. */
function tellOfOutput(
  turn: Turn,
  type: "log.rotated" | "log.dropped",
  { instance, runId }: InputOf<"output-rotated" | "output-dropped">,
  data: Fact["data"],
): void {
  const { project, process, index } = parseInstanceId(instance);
  turn.tell({ type, project, process, instance: index, instanceId: instance, runId, data });
}

/** Lets the handlers of every new fact decide; their own facts are decided on in turn. */
function decide(turn: Turn, agenda: Agenda): void {
  while (agenda.decided < turn.facts.length) {
    if (agenda.decided > limits.stepRounds) impossible("a step that does not come to rest");
    const fact = turn.facts[agenda.decided];
    agenda.decided += 1;
    const route = fact === undefined ? undefined : routes[fact.type];
    if (fact === undefined || route === undefined) continue;
    for (const handler of isToldBeside(fact) ? [] : route.each) handler(turn, fact);
    for (const handler of route.project) {
      if (fact.project !== null) agenda.add(fact.project, handler);
    }
  }
}

/** How far the facts are decided on, and which project handlers are due. */
class Agenda {
  decided = 0;
  readonly #due = new Map<ProjectHandler, Set<ProjectName>>();

  add(project: ProjectName, handler: ProjectHandler): void {
    const projects = this.#due.get(handler) ?? new Set();
    projects.add(project);
    this.#due.set(handler, projects);
  }

  /** False when none was due. */
  runProjectHandlers(turn: Turn): boolean {
    const due = [...this.#due];
    this.#due.clear();
    for (const [handler, projects] of due) {
      for (const project of projects) handler(turn, project);
    }
    return due.length > 0;
  }
}
