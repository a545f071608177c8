/** What depends on what in a project, with the states. */

import type { Inspection } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import { get, Problem, processPath } from "./api.ts";
import { drawn, element } from "./dom.ts";
import { placed, type GraphNode } from "./graph-layout.ts";
import type { Live } from "./live.ts";
import { showState, stateMark } from "./state-mark.ts";
import type { View } from "./view.ts";

/** A picture of more cannot be read, and each of them has to be asked for. */
const PROCESSES_MOST = 80;
const AT_ONCE = 6;
const COLUMN_PX = 220;
const ROW_PX = 56;
const BOX_PX = { width: 160, height: 40 };
const MARGIN_PX = 8;

export function graphView(live: Live, project: string): View {
  const over = new AbortController();
  const body = element("div", { class: "graph" });
  const title = element("h2", {}, `What depends on what in ${project}`);
  const section = element("section", { "aria-label": "Dependencies" }, title, body);
  let boxes = new Map<string, HTMLElement>();
  let asked = "";
  const own = (): Status[] => live.statuses.filter((it) => it.project === project);

  const draw = async (names: readonly string[]): Promise<void> => {
    const nodes = await wired(project, names, over.signal);
    const hrefOf = (name: string) => `#/p/${encodeURIComponent(`${project}/${name}.1`)}`;
    const picture = pictureOf(nodes, hrefOf);
    boxes = picture.boxes;
    body.replaceChildren(picture.element);
    color();
  };
  const color = (): void => {
    for (const status of own()) {
      const mark = boxes.get(status.process)?.querySelector(".mark");
      // Of several instances the one that is not well is told.
      if (mark && (status.instance === 1 || status.state !== "running"))
        showState(mark, status.state);
    }
  };
  const update = (): void => {
    const names = [...new Set(own().map(({ process }) => process))].toSorted();
    color();
    if (names.join() === asked) return;
    asked = names.join();
    if (names.length > PROCESSES_MOST) {
      const hint = `'procman graph -p ${project} --format dot' writes it for Graphviz.`;
      body.replaceChildren(
        element("p", { class: "empty" }, `It has too many processes to draw. ${hint}`),
      );
    } else {
      void draw(names).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        asked = ""; // Drawn with the next change.
      });
    }
  };
  update();
  return { element: section, update, close: () => over.abort() };
}

async function wired(
  project: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<GraphNode[]> {
  const nodes: GraphNode[] = [];
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const some = names.slice(at, at + AT_ONCE).map(async (name) => {
      const path = processPath(`${project}/${name}.1`, "/inspect");
      const { dependsOn } = await get<Inspection>(path, signal);
      return { name, dependsOn: dependsOn.map(({ process }) => process) };
    });
    nodes.push(...(await Promise.all(some)));
  }
  return nodes;
}

function pictureOf(nodes: readonly GraphNode[], hrefOf: (name: string) => string) {
  const places = new Map(placed(nodes).map((it) => [it.name, it]));
  const xOf = (name: string): number => (places.get(name)?.column ?? 0) * COLUMN_PX + MARGIN_PX;
  const yOf = (name: string): number => (places.get(name)?.row ?? 0) * ROW_PX + MARGIN_PX;
  const lines = nodes.flatMap(({ name, dependsOn }) =>
    dependsOn
      .filter((it) => places.has(it))
      .map((it) => {
        const [x, y] = [xOf(it) + BOX_PX.width, yOf(it) + BOX_PX.height / 2];
        const [toX, toY] = [xOf(name), yOf(name) + BOX_PX.height / 2];
        const middle = (x + toX) / 2;
        return drawn("path", { d: `M${x} ${y}C${middle} ${y} ${middle} ${toY} ${toX} ${toY}` });
      }),
  );
  const width = Math.max(0, ...nodes.map(({ name }) => xOf(name))) + BOX_PX.width + MARGIN_PX;
  const height = Math.max(0, ...nodes.map(({ name }) => yOf(name))) + BOX_PX.height + MARGIN_PX;
  const boxes = new Map(
    nodes.map((node) => {
      const { name } = node;
      return [name, boxOf(node, hrefOf(name), { x: xOf(name), y: yOf(name) })] as const;
    }),
  );
  const svg = drawn("svg", { width, height, "aria-hidden": "true" }, ...lines);
  const picture = element("div", { class: "picture" }, svg, ...boxes.values());
  return { element: picture, boxes };
}

function boxOf(
  { name, dependsOn }: GraphNode,
  href: string,
  { x, y }: { readonly x: number; readonly y: number },
): HTMLElement {
  const needs =
    dependsOn.length === 0 ? "depends on nothing" : `depends on ${dependsOn.join(", ")}`;
  const box = element(
    "a",
    { class: "box", title: needs, href },
    element("span", {}, name),
    element("span", { class: "unseen" }, needs),
    stateMark(),
  );
  box.style.left = `${x}px`;
  box.style.top = `${y}px`;
  return box;
}
