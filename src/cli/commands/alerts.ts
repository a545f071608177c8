/** `procman alerts`. */

import type { Command } from "../command.ts";
import { writeAll } from "../output.ts";
import { alertsTable } from "../render/alerts-table.ts";
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
      const options = { showProject: all, width: terminalWidth(), nowMs: Date.now() };
      writeAll(1, `${alertsTable(alerts, options).join("\n")}\n`);
    }
    return 0;
  },
};
