/** The graph of dependencies as text, Mermaid and DOT. */

import type { CriticalPath, GraphEdge, GraphNode } from "../start-graph.ts";
import { table } from "./table.ts";

/** Every process once, below the one that it waits for longest: read downwards it is the order of the start. */
export function graphText(nodes: readonly GraphNode[]): string[] {
  const byName = new Map(nodes.map((node) => [node.process, node]));
  const depths = new Map<string, number>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    const edges = byName.get(name)?.dependsOn ?? [];
    const depth = edges.length === 0 ? 0 : 1 + Math.max(...edges.map((it) => depthOf(it.process)));
    depths.set(name, depth);
    return depth;
  };
  const children = new Map<string, GraphNode[]>();
  const roots: GraphNode[] = [];
  for (const node of nodes) {
    const [parent] = node.dependsOn.toSorted((a, b) => depthOf(b.process) - depthOf(a.process));
    if (parent === undefined || !byName.has(parent.process)) roots.push(node);
    else children.set(parent.process, [...(children.get(parent.process) ?? []), node]);
  }
  const lines: string[] = [];
  const add = (node: GraphNode, head: string, below: string): void => {
    lines.push(`${head}${nodeText(node)}`);
    const own = children.get(node.process) ?? [];
    for (const [at, child] of own.entries()) {
      const isLast = at === own.length - 1;
      add(child, `${below}${isLast ? "└─ " : "├─ "}`, `${below}${isLast ? "   " : "│  "}`);
    }
  };
  for (const root of roots) add(root, "", "");
  return lines;
}

function nodeText({ process, states, dependsOn, fallback }: GraphNode): string {
  const state = states.length === 0 ? "" : ` (${states.join(", ")})`;
  const after = dependsOn.length === 0 ? "" : `  after ${dependsOn.map(edgeText).join(", ")}`;
  return `${process}${state}${after}${fallback === null ? "" : `  else ${fallback}`}`;
}

function edgeText({ process, condition, required }: GraphEdge): string {
  return `${process} ${condition}${required ? "" : " (optional)"}`;
}

/** For Mermaid; the critical path is drawn thick. */
export function graphMermaid(nodes: readonly GraphNode[], path: CriticalPath | null): string[] {
  const ids = new Map(nodes.map(({ process }, at) => [process, `n${at}`]));
  const isCritical = onPath(path);
  return [
    "graph LR",
    ...nodes.map(({ process }) => `  ${ids.get(process)}["${process}"]`),
    ...nodes.flatMap(({ process, dependsOn }) =>
      dependsOn.map((edge) => {
        const thick = isCritical(edge.process, process);
        const arrow = thick ? "==>" : edge.required ? "-->" : "-.->";
        return `  ${ids.get(edge.process)} ${arrow}|${edge.condition}| ${ids.get(process)}`;
      }),
    ),
    ...nodes.flatMap(({ process, fallback }) =>
      fallback === null ? [] : `  ${ids.get(process)} -.->|fallback| ${ids.get(fallback)}`,
    ),
  ];
}

/** For Graphviz; the critical path is drawn thick. */
export function graphDot(
  project: string,
  nodes: readonly GraphNode[],
  path: CriticalPath | null,
): string[] {
  const isCritical = onPath(path);
  return [
    `digraph ${JSON.stringify(project)} {`,
    "  rankdir=LR;",
    ...nodes.map(({ process }) => `  ${JSON.stringify(process)};`),
    ...nodes.flatMap(({ process, dependsOn }) =>
      dependsOn.map((edge) => {
        const style = [
          `label=${JSON.stringify(edge.condition)}`,
          ...(edge.required ? [] : ["style=dashed"]),
          ...(isCritical(edge.process, process) ? ["penwidth=3"] : []),
        ];
        const ends = `${JSON.stringify(edge.process)} -> ${JSON.stringify(process)}`;
        return `  ${ends} [${style.join(", ")}];`;
      }),
    ),
    ...nodes.flatMap(({ process, fallback }) => {
      const ends = `${JSON.stringify(process)} -> ${JSON.stringify(fallback)}`;
      return fallback === null ? [] : `  ${ends} [label="fallback", style=dotted];`;
    }),
    "}",
  ];
}

function onPath(path: CriticalPath | null): (from: string, to: string) => boolean {
  const names = path?.steps.map(({ process }) => process) ?? [];
  const pairs = new Set(names.slice(1).map((name, at) => `${names[at]} ${name}`));
  return (from, to) => pairs.has(`${from} ${to}`);
}

export function criticalPathText(path: CriticalPath): string[] {
  const { totalMs, isOver, steps } = path;
  const last = steps.at(-1)?.process ?? "";
  const rows = steps.map(({ process, atMs, waitedMs, tookMs, until, tries }, at) => [
    `+${seconds(atMs)}`,
    process,
    seconds(tookMs),
    at === steps.length - 1 && !isOver ? "not ready yet" : `until ${until}`,
    waitedMs < NOTABLE_MS ? "" : `waited ${seconds(waitedMs)} for its turn`,
    tries > 1 ? `${tries} tries` : "",
  ]);
  const title = isOver
    ? `Start-up took ${seconds(totalMs)} until ${last} was ready:`
    : `Start-up has taken ${seconds(totalMs)}, and ${last} is not ready yet:`;
  const [, ...lines] = table(COLUMNS, rows, null);
  return [title, ...lines.map((line) => `  ${line}`)];
}

/** At, process, took, until what, waited, tries. */
const COLUMNS = [true, false, true, false, false, false].map((right) => ({ title: "", right }));

/** Shorter waits are the time of a spawn. */
const NOTABLE_MS = 50;

/** `120ms`, `3.40s`. */
function seconds(ms: number): string {
  return ms < 1_000 ? `${ms}ms` : `${(ms / 1_000).toFixed(2)}s`;
}
