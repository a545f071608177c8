/** What is alerting now. */

import type { ActiveAlert } from "../protocol/alerts.ts";
import { element } from "./dom.ts";
import type { Live } from "./live.ts";
import { clockText } from "./text.ts";
import type { View } from "./view.ts";

export function alertsView(live: Live): View {
  const body = element("div");
  const title = element("h2", {}, "Alerts");
  const section = element("section", { "aria-label": "Alerts" }, title, body);
  const update = (): void => body.replaceChildren(...parts(live.alerts));
  update();
  return { element: section, update, close() {} };
}

function parts(alerts: readonly ActiveAlert[]): HTMLElement[] {
  if (alerts.length > 0) return [element("ol", { class: "events" }, ...alerts.map(item))];
  const how = "Rules under 'alerts' in the configuration say what is to be told, and to whom.";
  return [element("p", { class: "empty" }, `Nothing is alerting. ${how}`)];
}

function item({ project, process, instance, type, reason, since, rule }: ActiveAlert): HTMLElement {
  const own = process === null ? null : `${process}.${instance ?? 1}`;
  const name = own === null ? project : `${project}/${own}`;
  const href = own === null ? null : `#/p/${encodeURIComponent(name)}/why`;
  return element(
    "li",
    { "data-tone": "bad" },
    element("time", { title: since }, clockText(since)),
    href === null ? element("b", {}, name) : element("a", { href }, name),
    ` ${type}${reason === null ? "" : `: ${reason}`} `,
    element("small", {}, rule),
  );
}
