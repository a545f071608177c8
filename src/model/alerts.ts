/** Alerts: what is alerting, and what receivers are told. The rules are among the definitions, in `spec.ts`. */

import type { InstanceId, ProcessName, ProjectName, RunId } from "./ids.ts";
import type { Launch, Webhook } from "./spec.ts";

/** Which alert: one for each rule and instance. */
export type AlertKey = string;

/** What an alert is about: an instance; a process, a project or the daemon where it is about no instance. */
export interface AlertSubject {
  readonly project: ProjectName;
  readonly process: ProcessName | null;
  /** From 1. */
  readonly instance: number | null;
  readonly instanceId: InstanceId | null;
}

/** Something that lasts, as the event that opened it told of it. */
export interface AlertCondition {
  /** The event's type. */
  readonly type: string;
  /** Higher is worse. */
  readonly level: number;
  readonly sinceMs: number;
  readonly sinceMonoMs: number;
  readonly runId: RunId | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What was told and is not over. */
export interface FiredAlert {
  /** The same in every notice of it. */
  readonly id: string;
  readonly firedAtMs: number;
  /** The worst of which it was told, and as it was told. */
  readonly worst: AlertCondition;
}

/** All that is remembered of one rule and one subject. */
export interface Alert {
  readonly key: AlertKey;
  /** The rule's name among those of its project. */
  readonly rule: string;
  readonly subject: AlertSubject;
  /** What lasts now, by the kind of condition. */
  readonly conditions: Readonly<Record<string, AlertCondition>>;
  /** Null while nothing is alerting, or not for long enough. */
  readonly fired: FiredAlert | null;
  /** Until when nothing new is told: of conditions, and of each type of event that does not last. */
  readonly quietUntilMonoMs: Readonly<Record<string, number>>;
  /** When it has to be looked at without any news; null when never. */
  readonly dueMonoMs: number | null;
}

/** What receivers are told, as they get it. Times are ISO 8601 in UTC. */
export interface Notice {
  readonly status: "fired" | "resolved";
  /** Told again because it became worse. */
  readonly escalated: boolean;
  readonly id: string;
  readonly rule: string;
  readonly project: ProjectName;
  readonly process: ProcessName | null;
  readonly instance: number | null;
  readonly runId: RunId | null;
  /** The event that it is about. */
  readonly type: string;
  /** One sentence, where the event has one. */
  readonly reason: string | null;
  readonly time: string;
  /** When what it is about began. */
  readonly since: string;
  /** The event that ended it; null for one that was fired. */
  readonly resolvedBy: string | null;
  /** What else the event said. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** One notice and where it goes. */
export interface Delivery {
  readonly notice: Notice;
  readonly exec: Launch | null;
  readonly webhook: Webhook | null;
  readonly timeoutMs: number;
}

export type ReceiverKind = "exec" | "webhook";
