/** One alert, by one rule, of one instance: what news and the passing of time make of it, and what is to be told. */

import type { Alert, AlertCondition, FiredAlert } from "../model/alerts.ts";
import type { AlertRule } from "../model/spec.ts";
import { matchesGlob } from "../model/glob.ts";
import type { Instant } from "../model/time.ts";
import { ends, lasts, openingOf, type Happening } from "./alert-conditions.ts";

export interface Telling {
  readonly status: "fired" | "resolved";
  readonly escalated: boolean;
  readonly id: string;
  readonly about: AlertCondition;
  readonly resolvedBy: string | null;
}

export interface Reaction {
  /** Null when nothing has to be remembered. */
  readonly alert: Alert | null;
  readonly tellings: readonly Telling[];
}

export interface Moment {
  readonly now: Instant;
  /** A name for an alert that is told for the first time. */
  readonly newId: () => string;
}

/** The cooldown of conditions, beside those of types of events. */
const CONDITIONS = "conditions";

/** An alert of which nothing is known yet. */
export function newAlert(identity: Pick<Alert, "key" | "rule" | "subject">): Alert {
  return { ...identity, conditions: {}, fired: null, quietUntilMonoMs: {}, dueMonoMs: null };
}

/** What a fact about its subject does to an alert. */
export function hear(alert: Alert, rule: AlertRule, fact: Happening, moment: Moment): Reaction {
  const isMeant = rule.on.some((glob) => matchesGlob(glob, fact.type));
  const conditions = conditionsAfter(alert, fact, isMeant, moment.now);
  const judged = judge({ ...alert, conditions }, rule, moment, fact.type);
  const isEnd = Object.keys(alert.conditions).some((kind) => !Object.hasOwn(conditions, kind));
  if (!isMeant || lasts(fact.type) || isEnd) return settled(judged, rule, moment.now);
  return settled(tellAtOnce(judged, rule, fact, moment), rule, moment.now);
}

/** What the passing of time, or a change of the rule, does to an alert. */
export function elapse(alert: Alert, rule: AlertRule, moment: Moment): Reaction {
  return settled(judge(alert, rule, moment, null), rule, moment.now);
}

/** What becomes of an alert when nothing can tell any more whether a condition of it lasts. */
export function lose(
  alert: Alert,
  kind: string,
  rule: AlertRule,
  moment: Moment,
  resolvedBy: string,
): Reaction {
  const { [kind]: _, ...conditions } = alert.conditions;
  return settled(judge({ ...alert, conditions }, rule, moment, resolvedBy), rule, moment.now);
}

/** The end of an alert whose rule, or whose subject, is there no more. */
export function drop({ fired }: Alert, resolvedBy: string): Reaction {
  return { alert: null, tellings: fired === null ? [] : [resolved(fired, resolvedBy)] };
}

type Judged = { readonly alert: Alert; readonly tellings: readonly Telling[] };

function conditionsAfter(
  { conditions }: Alert,
  fact: Happening,
  isMeant: boolean,
  { wallMs, monoMs }: Instant,
): Alert["conditions"] {
  const opening = openingOf(fact);
  const kept = Object.entries(conditions).filter(([kind, condition]) => {
    // Not so bad any more, and less than what the rule is about.
    const isEased = opening?.kind === kind && opening.level < condition.level && !isMeant;
    return !isEased && !ends(fact, kind, condition);
  });
  if (opening === null || !isMeant) return Object.fromEntries(kept);
  const { kind, level } = opening;
  const before = new Map(kept).get(kind);
  const { type, runId, data } = fact;
  const since = {
    sinceMs: before?.sinceMs ?? wallMs,
    sinceMonoMs: before?.sinceMonoMs ?? monoMs,
  };
  return { ...Object.fromEntries(kept), [kind]: { type, level, runId, data, ...since } };
}

/** Fires what has lasted long enough, tells what became worse, resolves what is over. */
function judge(alert: Alert, rule: AlertRule, { now, newId }: Moment, by: string | null): Judged {
  const open = Object.values(alert.conditions);
  const { fired } = alert;
  if (open.length === 0 && fired !== null) {
    return { alert: { ...alert, fired: null }, tellings: [resolved(fired, by ?? "")] };
  }
  const lasting = open.filter(({ sinceMonoMs }) => sinceMonoMs + rule.forMs <= now.monoMs);
  const worst = lasting.toSorted((one, other) => other.level - one.level)[0];
  if (worst === undefined) return { alert, tellings: [] };
  if (fired === null) {
    if (now.monoMs < quietUntil(alert, CONDITIONS)) return { alert, tellings: [] };
    const first: FiredAlert = { id: newId(), firedAtMs: now.wallMs, worst };
    const quiet = { ...alert.quietUntilMonoMs, [CONDITIONS]: now.monoMs + rule.cooldownMs };
    return {
      alert: { ...alert, fired: first, quietUntilMonoMs: quiet },
      tellings: [firing(first.id, worst, false)],
    };
  }
  if (worst.level <= fired.worst.level) return { alert, tellings: [] };
  return {
    alert: { ...alert, fired: { ...fired, worst } },
    tellings: [firing(fired.id, worst, true)],
  };
}

/** An event that does not last is told when it comes, or not at all. */
function tellAtOnce(
  { alert, tellings }: Judged,
  rule: AlertRule,
  { type, runId, data }: Happening,
  { now, newId }: Moment,
): Judged {
  if (now.monoMs < quietUntil(alert, type)) return { alert, tellings };
  const since = { sinceMs: now.wallMs, sinceMonoMs: now.monoMs };
  const about: AlertCondition = { type, level: 0, runId, data, ...since };
  const quiet = { ...alert.quietUntilMonoMs, [type]: now.monoMs + rule.cooldownMs };
  return {
    alert: { ...alert, quietUntilMonoMs: quiet },
    tellings: [...tellings, firing(newId(), about, false)],
  };
}

/** With its next deadline; forgotten when there is nothing to remember. */
function settled({ alert, tellings }: Judged, rule: AlertRule, { monoMs }: Instant): Reaction {
  const quiet = Object.entries(alert.quietUntilMonoMs).filter(([, until]) => until > monoMs);
  const kept = { ...alert, quietUntilMonoMs: Object.fromEntries(quiet) };
  const open = Object.values(alert.conditions);
  if (open.length === 0) {
    // `judge` has resolved what was fired.
    const dueMonoMs = Math.max(...quiet.map(([, until]) => until));
    return { alert: quiet.length === 0 ? null : { ...kept, dueMonoMs }, tellings };
  }
  const told = alert.fired?.worst.level ?? 0;
  const coming = open
    .filter(({ level }) => level > told)
    .map(({ sinceMonoMs }) => sinceMonoMs + rule.forMs);
  const earliest = alert.fired === null ? quietUntil(alert, CONDITIONS) : 0;
  const dueMonoMs = coming.length === 0 ? null : Math.max(Math.min(...coming), earliest);
  return { alert: { ...kept, dueMonoMs }, tellings };
}

function quietUntil({ quietUntilMonoMs }: Alert, what: string): number {
  return Object.hasOwn(quietUntilMonoMs, what) ? (quietUntilMonoMs[what] ?? 0) : 0;
}

function firing(id: string, about: AlertCondition, escalated: boolean): Telling {
  return { status: "fired", escalated, id, about, resolvedBy: null };
}

function resolved({ id, worst }: FiredAlert, resolvedBy: string): Telling {
  return { status: "resolved", escalated: false, id, about: worst, resolvedBy };
}
