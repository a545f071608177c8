/** `procman graph`. */

import { fail } from "../../model/errors.ts";
import type { Command } from "../command.ts";
import { readGraph, type Graph } from "../read-graph.ts";
import { criticalPathText, graphDot, graphMermaid, graphText } from "../render/graph.ts";
import { criticalPath, type CriticalPath } from "../start-graph.ts";

const FORMATS = ["text", "mermaid", "dot", "json"] as const;
type Format = (typeof FORMATS)[number];

export const command: Command = {
  usage: "[NAME]",
  summary: "show what depends on what, and where start-up time went",
  details: `As the configuration has it, with the states of what runs. --critical-path: the chain of processes that the latest
start had to wait for, with how long each took; up to NAME, else up to whatever was ready last. In Mermaid and DOT it is
drawn thick.`,
  flags: {
    format: { type: "enum", options: [...FORMATS], description: "the form (text)" },
    "critical-path": { type: "boolean", description: "where start-up time went" },
  },
  examples: [
    ["procman graph --critical-path", "what made the start slow"],
    ["procman graph --format mermaid", "for a README"],
  ],
  async run(context) {
    const { args, json, print } = context;
    const format = json ? "json" : formatOf(args.text("format"));
    const [name = null, ...more] = args.words;
    if (more.length > 0)
      fail("USAGE", "Cannot show the way to several processes at once", "Name one.");
    const graph = await readGraph(context);
    if (name !== null && !graph.nodes.some(({ process }) => process === name)) {
      const names = graph.nodes.map(({ process }) => process).join(", ");
      fail(
        "PROCESS_NOT_FOUND",
        `Cannot find process '${name}' in ${graph.project}`,
        `There is ${names}.`,
      );
    }
    const wanted = args.isSet("critical-path") || format === "json";
    const path = wanted ? criticalPath(graph.nodes, Date.now(), name) : null;
    for (const line of linesOf(graph, path, format, args.isSet("critical-path"))) print(line);
    return 0;
  },
};

function linesOf(
  { project, nodes }: Graph,
  path: CriticalPath | null,
  format: Format,
  onlyPath: boolean,
): readonly string[] {
  switch (format) {
    case "json":
      return [JSON.stringify({ project, nodes: nodes.map(wireNode), criticalPath: path })];
    case "mermaid":
      return graphMermaid(nodes, path);
    case "dot":
      return graphDot(project, nodes, path);
    case "text":
      if (!onlyPath) return graphText(nodes);
      return path === null
        ? ["Nothing of it was started, or its events are no longer kept."]
        : criticalPathText(path);
  }
}

/** Times as everywhere: ISO 8601 in UTC. */
function wireNode({ process, states, dependsOn, fallback, start }: Graph["nodes"][number]) {
  const iso = (ms: number | null | undefined): string | null =>
    ms === null || ms === undefined ? null : new Date(ms).toISOString();
  return {
    process,
    states,
    dependsOn,
    fallback,
    askedAt: iso(start?.askedMs),
    startedAt: iso(start?.startedMs),
    readyAt: iso(start?.readyMs),
    completedAt: iso(start?.completedMs),
    tries: start?.tries ?? 0,
  };
}

function formatOf(text: string | null): Format {
  if (text === null) return "text";
  const found = FORMATS.find((it) => it === text);
  return found ?? fail("USAGE", `Cannot write '${text}'`, `It is one of ${FORMATS.join(", ")}.`);
}
