/** What `graph` shows: the dependencies as the configuration has them, or where there is none, as the daemon knows them. */

import { NoDaemonError } from "../client/connection.ts";
import { fail, ProcmanError } from "../model/errors.ts";
import type { ProcessSpec } from "../model/spec.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import type { CommandContext } from "./command.ts";
import { loadDefinition } from "./project-definition.ts";
import { requireProject } from "./require-project.ts";
import type { GraphEdge, GraphNode } from "./start-graph.ts";
import { startTimes } from "./start-times.ts";

export interface Graph {
  readonly project: string;
  readonly nodes: readonly GraphNode[];
}

export async function readGraph(context: CommandContext): Promise<Graph> {
  const { client, place } = context;
  const defined = place.project === null ? await fromConfiguration(context) : null;
  const statuses = (await client.look("list", { ...place, targets: [], all: false })) ?? [];
  if (defined === null && statuses.length === 0) nothingThere(context);
  const edges = defined?.edges ?? (await fromDaemon(context, statuses));
  const events = statuses.length === 0 ? [] : await eventsKept(context);
  const starts = startTimes(events);
  const nodes = [...edges].map(([process, own]): GraphNode => {
    const states = statuses.filter((it) => it.process === process).map(({ state }) => state);
    return { process, states: [...new Set(states)], ...own, start: starts.get(process) ?? null };
  });
  return { project: statuses[0]?.project ?? defined?.project ?? place.project ?? "", nodes };
}

function nothingThere(context: CommandContext): never {
  requireProject(context);
  const hint = "'procman ls --all' shows every project.";
  return fail("PROJECT_NOT_FOUND", `Cannot find project '${context.place.project}'`, hint);
}

type Edges = ReadonlyMap<string, Pick<GraphNode, "dependsOn" | "fallback">>;

/** Null where there is no configuration. */
async function fromConfiguration(
  context: CommandContext,
): Promise<{ readonly project: string; readonly edges: Edges } | null> {
  try {
    const { spec } = (await loadDefinition(context)).loaded;
    const edges = Object.values(spec.processes).map((it) => [it.name, edgesOf(it)] as const);
    return { project: spec.name, edges: new Map(edges) };
  } catch (error) {
    if (error instanceof ProcmanError && error.problem.code === "CONFIG_NOT_FOUND") return null;
    throw error;
  }
}

async function fromDaemon(
  { client, place }: CommandContext,
  statuses: readonly Status[],
): Promise<Edges> {
  const edges = new Map<string, ReturnType<typeof edgesOf>>();
  for (const { id, process } of statuses) {
    if (edges.has(process)) continue;
    const found = await client.look("inspect", { ...place, target: id, reveal: null });
    edges.set(process, edgesOf(found?.config as Wiring | undefined));
  }
  return edges;
}

type Wiring = Pick<ProcessSpec, "dependsOn" | "fallback">;

function edgesOf({ dependsOn, fallback }: Wiring = { dependsOn: [] }) {
  const edges = dependsOn.map(({ process, condition, required }): GraphEdge => {
    return { process, condition, required };
  });
  return { dependsOn: edges, fallback: fallback ?? null };
}

/** Those of the project that the daemon still has. */
async function eventsKept({ client, place }: CommandContext): Promise<WireEvent[]> {
  const range = { all: false, afterSeq: null, sinceMs: null, types: ["process.*"], follow: false };
  const events: WireEvent[] = [];
  try {
    const over = new AbortController();
    for await (const event of client.stream("events", { ...place, ...range }, over.signal)) {
      events.push(event);
    }
  } catch (error) {
    // It went meanwhile: what depends on what can be shown all the same.
    if (!(error instanceof NoDaemonError)) throw error;
  }
  return events;
}
