/** `procman health`. */

import { EXIT, fail } from "../../model/errors.ts";
import type { HealthSurvey } from "../../protocol/health.ts";
import type { Command, CommandContext } from "../command.ts";
import { painter, wantsColor } from "../output.ts";
import { healthAnnotations, healthJunit, healthTable } from "../render/health-survey.ts";
import { requireProject } from "../require-project.ts";
import { terminalWidth } from "../terminal.ts";

const FORMATS = ["table", "junit", "github"] as const;
type Format = (typeof FORMATS)[number];

export const command: Command = {
  usage: "[TARGET…]",
  summary: "say whether all that is meant to be up is ready and well",
  details: `Exits with 0 when every target that is meant to be up is ready and neither critical nor unhealthy,
or has completed; else with 1, also when nothing is up.`,
  flags: {
    all: { type: "boolean", alias: "a", description: "the processes of every project" },
    format: {
      type: "enum",
      options: [...FORMATS],
      description: "junit: XML for CI systems; github: annotations of a workflow (table)",
    },
  },
  examples: [
    ["procman health", "every process with what its probes say"],
    ["procman health api --json", "the same of api as JSON"],
  ],
  async run(context) {
    const { args, client, place, json, print } = context;
    const all = args.isSet("all");
    const format = formatOf(args.text("format") ?? "table");
    const input = { ...place, targets: args.words, all };
    const survey = (await client.look("health", input)) ?? { healthy: false, processes: [] };
    if (survey.processes.length === 0 && !all) requireProject(context);
    if (json) print(JSON.stringify(survey));
    else for (const line of rendered(context, survey, format)) print(line);
    return survey.healthy ? EXIT.ok : EXIT.failed;
  },
};

function formatOf(text: string): Format {
  const found = FORMATS.find((it) => it === text);
  return found ?? fail("USAGE", `Cannot write '${text}'`, `It is one of ${FORMATS.join(", ")}.`);
}

function rendered(
  { args, env, say }: CommandContext,
  survey: HealthSurvey,
  format: Format,
): string[] {
  if (format === "junit") return healthJunit(survey);
  if (format === "github") return healthAnnotations(survey);
  if (survey.processes.length === 0) {
    say("Nothing runs here. 'procman up' starts the project.");
    return [];
  }
  const paint = painter(wantsColor(1, env, args.text("color")));
  return healthTable(survey, { paint, width: terminalWidth(), nowMs: Date.now() });
}
