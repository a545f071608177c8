/** `procman alerts`. */

import type { ActiveAlert } from "../../protocol/alerts.ts";
import type { Command } from "../command.ts";
import { writeAll } from "../output.ts";
import { table } from "../render/table.ts";
import { requireProject } from "../require-project.ts";
import { terminalWidth } from "../terminal.ts";

export const command: Command = {
  usage: "",
  summary: "show what is alerting now",
  details: `What the rules under 'alerts' of the configuration have told and what is not over yet. What is over, and
what could not be told, is among the events: 'procman events --since 1d --type "alert.*"'.`,
  flags: { all: { type: "boolean", alias: "a", description: "in every project" } },
  examples: [
    ["procman alerts", "what is alerting in this project"],
    ["procman alerts --all --json", "in every project, as an array"],
  ],
  async run(context) {
    const all = context.args.isSet("all");
    const alerts = (await context.client.look("alerts", { ...context.place, all })) ?? [];
    if (alerts.length === 0 && !all) requireProject(context);
    if (context.json) {
      writeAll(1, `${JSON.stringify(alerts)}\n`);
    } else if (alerts.length === 0) {
      context.say("Nothing is alerting.");
    } else {
      writeAll(1, `${rows(alerts, all).join("\n")}\n`);
    }
    return 0;
  },
};

function rows(alerts: readonly ActiveAlert[], showProject: boolean): string[] {
  const columns = [
    { title: "PROCESS" },
    { title: "ALERT" },
    { title: "SINCE" },
    { title: "REASON", flexible: true },
    { title: "RULE", flexible: true },
  ];
  const cells = alerts.map((alert) => {
    const { type, since, reason, rule } = alert;
    return [subjectOf(alert, showProject), type, since, reason ?? "", rule];
  });
  return table(columns, cells, terminalWidth());
}

function subjectOf({ project, process, instance }: ActiveAlert, showProject: boolean): string {
  const name = instance === null ? process : `${process}.${instance}`;
  return showProject || name === null ? [project, name].filter(Boolean).join("/") : name;
}
