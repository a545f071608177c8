/** The table of `alerts`. */

import { ago } from "../../model/ago.ts";
import type { ActiveAlert } from "../../protocol/alerts.ts";
import { table } from "./table.ts";

export interface AlertsTableOptions {
  /** Alerts of several projects say which. */
  readonly showProject: boolean;
  /** Columns of the terminal, null where there is none. */
  readonly width: number | null;
  readonly nowMs: number;
}

export function alertsTable(
  alerts: readonly ActiveAlert[],
  { showProject, width, nowMs }: AlertsTableOptions,
): string[] {
  return table(
    [
      { title: "PROCESS" },
      { title: "ALERT" },
      { title: "SINCE", right: true, dropRank: 2 },
      { title: "RULE", dropRank: 1 },
      { title: "REASON", flexible: "wrap" },
    ],
    alerts.map((alert) => [
      subjectOf(alert, showProject),
      alert.type,
      ago(Math.max(0, nowMs - Date.parse(alert.since))),
      alert.rule,
      alert.reason ?? "",
    ]),
    width,
  );
}

function subjectOf({ project, process, instance }: ActiveAlert, showProject: boolean): string {
  const name = instance === null ? process : `${process}.${instance}`;
  return showProject || name === null ? [project, name].filter(Boolean).join("/") : name;
}
