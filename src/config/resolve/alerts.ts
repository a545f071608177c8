/** Rules of alerts: from what is written to what the daemon goes by, and what is wrong with them. */

import { lasts } from "../../core/alert-conditions.ts";
import { EVENT_TYPES } from "../../model/events.ts";
import { isGlob, matchesGlob } from "../../model/glob.ts";
import { own } from "../../model/own.ts";
import type { CommandSpec } from "../../model/command.ts";
import type { AlertRule, GroupSpec } from "../../model/spec.ts";
import { expandTemplate, type TemplateScope } from "../../model/template.ts";
import { didYouMean } from "../nearest.ts";
import type { Report } from "../report.ts";
import type { ProjectValues } from "../schema/project.ts";
import { type Node, originAt, type Path } from "../tree.ts";
import { targetProblem } from "./groups.ts";
import { commandSpec } from "./probes.ts";

export interface AlertSurroundings {
  readonly top: Node;
  /** Of the processes. */
  readonly names: ReadonlySet<string>;
  readonly groups: Readonly<Record<string, GroupSpec>>;
  readonly scope: TemplateScope;
  readonly report: Report;
}

/** What an alert can be about, beside what programs tell as `app.`. */
const TYPES: readonly string[] = EVENT_TYPES.filter((type) => !type.startsWith("alert."));

type AlertValues = NonNullable<ProjectValues["alerts"]>[number];

export function alertRules(values: ProjectValues, around: AlertSurroundings): AlertRule[] {
  return (values.alerts ?? []).map((alert, at) => {
    const path = ["alerts", String(at)];
    checkTypes(alert, path, around);
    checkWebhook(alert, path, around);
    const { webhook } = alert;
    return {
      on: alert.on,
      processes: processesOf(alert, path, around),
      forMs: alert.for,
      cooldownMs: alert.cooldown,
      exec: alert.exec === undefined ? null : execOf(alert.exec, [...path, "exec"], around),
      webhook: webhook === undefined ? null : { url: webhook.url, secret: webhook.secret ?? null },
      timeoutMs: alert.timeout,
    };
  });
}

function checkTypes({ on, for: forMs }: AlertValues, path: Path, around: AlertSurroundings): void {
  const { top, report } = around;
  if (on.length === 0) report.invalid(originAt(top, [...path, "on"]), "expected at least one type");
  for (const [at, type] of on.entries()) {
    const origin = originAt(top, [...path, "on", String(at)]);
    if (type.startsWith("alert.")) {
      report.invalid(origin, `"${type}": an alert cannot be about alerts`);
    } else if (!type.startsWith("app.") && !TYPES.some((it) => matchesGlob(type, it))) {
      const what = isGlob(type) ? `no event matches "${type}"` : `there is no event "${type}"`;
      report.invalid(origin, what, typeHint(type));
    }
  }
  if (forMs > 0 && !on.some((type) => TYPES.some((it) => lasts(it) && matchesGlob(type, it)))) {
    const lasting = TYPES.filter(lasts).join(", ");
    const hint = `Leave it out. Those that last are ${lasting}.`;
    report.invalid(originAt(top, [...path, "for"]), "nothing that it is about lasts", hint);
  }
}

/** `failed` alone is of several things. */
function typeHint(type: string): string | null {
  const meant = TYPES.filter((it) => it.endsWith(`.${type}`)).map((it) => `"${it}"`);
  return meant.length > 0 ? `It is one of ${meant.join(", ")}.` : didYouMean(type, TYPES);
}

function checkWebhook(
  { webhook }: AlertValues,
  path: Path,
  { top, report }: AlertSurroundings,
): void {
  // What could not be expanded was told of.
  if (webhook === undefined || webhook.url.includes("${")) return;
  const protocol = URL.canParse(webhook.url) ? new URL(webhook.url).protocol : "";
  if (protocol === "http:" || protocol === "https:") return;
  const origin = originAt(top, [...path, "webhook", "url"]);
  report.invalid(origin, "expected an address that begins with http:// or https://");
}

/** Groups as their members; what is meant as all stays so when processes are added. */
function processesOf(
  { processes }: AlertValues,
  path: Path,
  { top, names, groups, report }: AlertSurroundings,
): readonly string[] | null {
  const groupNames = new Set(Object.keys(groups));
  for (const [at, target] of (processes ?? []).entries()) {
    const wrong = targetProblem(target, names, groupNames);
    const origin = originAt(top, [...path, "processes", String(at)]);
    if (wrong) report.invalid(origin, wrong.text, wrong.hint);
  }
  if (processes === undefined) return null;
  return processes.flatMap((target) => {
    if (target === "all") return ["*"];
    return target.startsWith("@") ? (own(groups, target.slice(1))?.members ?? []) : [target];
  });
}

const SHELL = ["sh", "-c"];

function execOf(
  written: string | readonly string[],
  path: Path,
  { top, scope, report }: AlertSurroundings,
): CommandSpec {
  const expand = (text: string, at: Path): string => {
    const expanded = expandTemplate(text, scope);
    if (!expanded.ok) report.invalid(originAt(top, at), expanded.message, expanded.hint);
    return expanded.ok ? expanded.value : text;
  };
  const command =
    typeof written === "string"
      ? expand(written, path)
      : written.map((word, at) => expand(word, [...path, String(at)]));
  return commandSpec(command, SHELL);
}
