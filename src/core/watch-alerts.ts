/** Alerts in a step: brings its facts, and the time that has passed, to the rules of the projects that they concern. */

import type { Alert, AlertKey, AlertSubject, Notice } from "../model/alerts.ts";
import type { Fact } from "../model/events.ts";
import type { ProjectName } from "../model/ids.ts";
import { matchesGlob } from "../model/glob.ts";
import { own } from "../model/own.ts";
import type { AlertRule, Launch } from "../model/spec.ts";
import type { Project } from "../model/state.ts";
import {
  drop,
  elapse,
  hear,
  lose,
  newAlert,
  type Reaction,
  type Telling,
} from "./alert-reducer.ts";
import { isSameValue } from "./definition-changes.ts";
import { needsShell, splitWords } from "./command-line.ts";
import type { Turn } from "./turn.ts";

/** To be called when everything else of the step is decided. `due`: alerts that wanted to be looked at by now. */
export function watchAlerts(turn: Turn, due: readonly AlertKey[]): void {
  const facts = [...turn.facts];
  for (const fact of facts) {
    for (const project of concerned(turn, fact)) judgeFact(turn, project, fact);
  }
  for (const name of turn.changes().projects.keys()) {
    takeRulesOver(turn, name);
    endUnprobed(turn, name);
  }
  for (const key of due) {
    const alert = turn.alert(key);
    if (alert !== undefined) reconsider(turn, alert);
  }
}

/** Nothing is left of the monotonic clock that they were dated by: what lasts is dated anew, and may be told again. */
export function dateAlertsAnew(turn: Turn): void {
  const { monoMs } = turn.now;
  for (const alert of turn.allAlerts()) {
    const conditions = Object.entries(alert.conditions).map(
      ([kind, condition]) => [kind, { ...condition, sinceMonoMs: monoMs }] as const,
    );
    const dated = { conditions: Object.fromEntries(conditions), quietUntilMonoMs: {} };
    reconsider(turn, { ...alert, ...dated });
  }
}

/** What the rules of a project are called, in their order: by what they are about, so that another receiver or
 *  cooldown leaves a rule the same one. */
export function ruleNames(rules: readonly AlertRule[]): string[] {
  const times = new Map<string, number>();
  return rules.map(({ on, processes }) => {
    const name = processes === null ? on.join(",") : `${on.join(",")} of ${processes.join(",")}`;
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    return nth === 1 ? name : `${name} (${nth})`;
  });
}

/** A fact that concerns no project, as of the daemon, concerns all. */
function concerned(turn: Turn, fact: Fact): Project[] {
  if (fact.project === null) return turn.allProjects();
  return [turn.project(fact.project) ?? turn.projectBefore(fact.project) ?? []].flat();
}

function judgeFact(turn: Turn, project: Project, fact: Fact): void {
  const { alerts = [], name } = project.spec;
  for (const [at, ruleName] of ruleNames(alerts).entries()) {
    const rule = alerts[at];
    if (rule === undefined || !isAbout(rule, fact)) continue;
    const { process, instance, instanceId } = fact;
    const subject: AlertSubject = { project: name, process, instance, instanceId };
    const key = `${name} ${instanceId ?? process ?? ""} ${ruleName}`;
    const alert = turn.alert(key) ?? newAlert({ key, rule: ruleName, subject });
    const isMoot =
      turn.alert(key) === undefined && !rule.on.some((it) => matchesGlob(it, fact.type));
    if (!isMoot) carryOut(turn, alert, project, rule, hear(alert, rule, fact, momentOf(turn)));
  }
}

function isAbout({ processes }: AlertRule, { process, instance }: Fact): boolean {
  if (processes === null) return true;
  return (
    process !== null &&
    processes.some((it) => matchesGlob(it, process) || matchesGlob(it, `${process}.${instance}`))
  );
}

/** After its definition changed: alerts whose rule is gone are over, the others go by the rule as it is now. */
function takeRulesOver(turn: Turn, name: ProjectName): void {
  const before = turn.projectBefore(name);
  const now = turn.project(name);
  if (isSameValue(before?.spec.alerts, now?.spec.alerts) && now !== undefined) return;
  for (const alert of turn.allAlerts()) {
    if (alert.subject.project !== name) continue;
    if (ruleOf(now, alert) !== undefined) {
      reconsider(turn, alert);
      continue;
    }
    const rule = ruleOf(before, alert);
    if (rule === undefined || before === undefined) turn.removeAlert(alert.key);
    else carryOut(turn, alert, before, rule, drop(alert, "config.changed"));
  }
}

/** Health probes that are taken away from what runs never tell that it recovered. */
function endUnprobed(turn: Turn, name: ProjectName): void {
  const project = turn.project(name);
  for (const alert of turn.allAlerts()) {
    const { subject, conditions } = alert;
    if (subject.project !== name || !Object.hasOwn(conditions, "health")) continue;
    const state =
      subject.instanceId === null ? undefined : turn.instance(subject.instanceId)?.state;
    const rule = ruleOf(project, alert);
    if (project === undefined || rule === undefined) continue;
    if (state?.kind !== "running" || state.health !== undefined) continue;
    carryOut(
      turn,
      alert,
      project,
      rule,
      lose(alert, "health", rule, momentOf(turn), "config.changed"),
    );
  }
}

function reconsider(turn: Turn, alert: Alert): void {
  const project = turn.project(alert.subject.project);
  const rule = ruleOf(project, alert);
  if (project === undefined || rule === undefined) return turn.removeAlert(alert.key);
  carryOut(turn, alert, project, rule, elapse(alert, rule, momentOf(turn)));
}

function ruleOf(project: Project | undefined, { rule }: Alert): AlertRule | undefined {
  const rules = project?.spec.alerts ?? [];
  return rules[ruleNames(rules).indexOf(rule)];
}

function momentOf(turn: Turn) {
  return { now: turn.now, newId: () => turn.takeAlertId() };
}

/** Stores what is left of the alert, tells, and has its receivers told. */
function carryOut(
  turn: Turn,
  { key, rule: ruleName, subject }: Alert,
  project: Project,
  rule: AlertRule,
  { alert, tellings }: Reaction,
): void {
  if (alert === null) turn.removeAlert(key);
  else turn.putAlert(alert);
  for (const telling of tellings) {
    const notice = noticeOf(turn, ruleName, subject, telling);
    const { runId, status, id, type, reason, since, escalated, resolvedBy } = notice;
    turn.tell({
      ...subject,
      type: `alert.${status}`,
      runId,
      data: { id, rule: ruleName, of: type, reason, since, escalated, resolvedBy },
    });
    if (rule.exec === null && rule.webhook === null) continue;
    const exec = rule.exec === null ? null : launchOf(project, rule.exec, notice);
    const { webhook, timeoutMs } = rule;
    turn.perform({ kind: "notify", delivery: { notice, exec, webhook, timeoutMs } });
  }
}

function noticeOf(turn: Turn, rule: string, subject: AlertSubject, telling: Telling): Notice {
  const { project, process, instance } = subject;
  const { status, escalated, id, about, resolvedBy } = telling;
  const { type, runId, data, sinceMs } = about;
  const { reason, ...rest } = data;
  return {
    status,
    escalated,
    id,
    rule,
    project,
    process,
    instance,
    runId,
    type,
    reason: typeof reason === "string" ? reason : null,
    time: new Date(turn.now.wallMs).toISOString(),
    since: new Date(sinceMs).toISOString(),
    resolvedBy,
    data: rest,
  };
}

/** In the project's directory, with the environment that the process has from its caller, and the notice's own. */
function launchOf(
  { spec, callerEnv }: Project,
  command: NonNullable<AlertRule["exec"]>,
  notice: Notice,
): Launch {
  const callers = Object.values(callerEnv);
  const env = own(callerEnv, notice.process ?? "") ?? callers[0] ?? {};
  return {
    argv: argvOf(command),
    cwd: spec.directory,
    env: { ...env, ...variablesOf(notice) },
    user: null,
    group: null,
    umask: null,
    port: null,
    input: "none",
  };
}

/** Its `${…}` were expanded when the configuration was read. */
function argvOf(command: NonNullable<AlertRule["exec"]>): readonly string[] {
  if (command.kind === "list") return command.argv;
  const { line, shell } = command;
  const words = line.includes("${") || needsShell(line) ? null : splitWords(line);
  return words ?? [...shell, line];
}

function variablesOf(notice: Notice): Record<string, string> {
  const { status, id, rule, project, process, instance, type, reason, time } = notice;
  return {
    PROCMAN_ALERT_STATUS: status,
    PROCMAN_ALERT_ID: id,
    PROCMAN_ALERT_RULE: rule,
    PROCMAN_ALERT_PROJECT: project,
    PROCMAN_ALERT_PROCESS: process ?? "",
    PROCMAN_ALERT_INSTANCE: instance === null ? "" : String(instance),
    PROCMAN_ALERT_TYPE: type,
    PROCMAN_ALERT_REASON: reason ?? "",
    PROCMAN_ALERT_TIME: time,
  };
}
