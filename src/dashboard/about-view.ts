/** Everything else about a process: its definition, its tree, its limits, what it depends on. */

import type { Inspection } from "../protocol/shapes.ts";
import { get, processPath } from "./api.ts";
import { element, facts } from "./dom.ts";
import { portLink } from "./process-row.ts";
import { repeatedly, type View } from "./view.ts";

const LOOK_MS = 5_000;

export function aboutView(id: string): View {
  const section = element("section", { "aria-label": "About" });
  let shown = "";
  const asking = repeatedly(LOOK_MS, async (signal) => {
    const found = await get<Inspection>(processPath(id, "/inspect"), signal);
    const { status, config, tree, limits, listening, dependsOn, dependents, envNames } = found;
    const what = {
      config,
      tree,
      limits,
      listening,
      dependsOn,
      dependents,
      envNames,
      id: status.runId,
    };
    // Whoever selects text in it is not disturbed.
    const text = JSON.stringify(what);
    if (text !== shown) section.replaceChildren(...parts(found));
    shown = text;
  });
  return { element: section, update() {}, close: asking.close };
}

function parts(found: Inspection): HTMLElement[] {
  const { status, config, tree, limits, listening, dependsOn, dependents, envNames } = found;
  const of = (process: string): HTMLElement => {
    const target = `${status.project}/${process}.1`;
    return element("a", { href: `#/p/${encodeURIComponent(target)}` }, process);
  };
  const needs = dependsOn.map(({ process, condition, state }) =>
    element("li", {}, of(process), ` ${condition}: ${state.join(", ") || "not there"}`),
  );
  const links = (config["links"] ?? []) as readonly string[];
  return [
    facts([
      ["Command", element("code", {}, status.command)],
      ["Directory", element("code", {}, status.cwd)],
      ["Pid", status.pid === null ? null : String(status.pid)],
      ["Groups", status.groups.join(", ")],
      ["Listens on", listening.length === 0 ? null : listed(listening.map(portLink))],
      ["Links", links.length === 0 ? null : listed(links.map(linkTo))],
      ["Depends on", needs.length === 0 ? null : element("ul", {}, ...needs)],
      ["Needed by", dependents.length === 0 ? null : listed(dependents.map(of))],
      ["Limits", (limits ?? []).map(limitText).join("; ")],
      ["Adopted", status.adopted ? "it ran before procman took it over" : null],
      ["Logs", element("code", {}, status.logs.stdout)],
      ["Environment", envNames.join(" ")],
    ]),
    element("h3", {}, "Processes of the system"),
    element("pre", {}, tree.map(({ pid, command }) => `${pid}  ${command}`).join("\n") || "none"),
    element("h3", {}, "Definition"),
    element("pre", {}, JSON.stringify(config, null, 2)),
  ];
}

function limitText({ limit, value, by, group }: NonNullable<Inspection["limits"]>[number]): string {
  return `${limit} ${value} by ${by}${group === null ? "" : ` (@${group})`}`;
}

/** What a configuration calls a link may be anything. */
function linkTo(url: string): HTMLElement {
  if (!/^https?:\/\//.test(url)) return element("code", {}, url);
  return element("a", { href: url, target: "_blank", rel: "noreferrer" }, url);
}

function listed(items: readonly HTMLElement[]): HTMLElement {
  return element("span", { class: "list" }, ...items);
}
