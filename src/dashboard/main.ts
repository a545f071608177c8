/** The dashboard: what the page shows, by what the daemon tells and where somebody is on it. */

import type { Status } from "../protocol/status.ts";
import { Actions } from "./actions.ts";
import { alertsView } from "./alerts-view.ts";
import { Detail } from "./detail.ts";
import { showKeys } from "./dialogs.ts";
import { button, setAttribute, setText } from "./dom.ts";
import { recentEventsView } from "./event-views.ts";
import { graphView } from "./graph-view.ts";
import { listenToKeys } from "./keys.ts";
import { Live, type Connection } from "./live.ts";
import { LogView } from "./log-view.ts";
import { Notices } from "./notices.ts";
import { orphansView } from "./orphans-view.ts";
import { placeOf, type Place } from "./place.ts";
import { ProcessTable } from "./process-table.ts";
import { changesText, titleText } from "./processes.ts";
import { clockText } from "./text.ts";
import type { View } from "./view.ts";

const CONNECTIONS = {
  connecting: "connecting",
  connected: "connected",
  lost: "not connected",
  "shut out": "not let in",
} as const satisfies Record<Connection["kind"], string>;

const found = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
const notices = new Notices(found("voice"), found("board"));
const actions = new Actions(notices, () => {
  show();
  live.look();
});
const table = new ProcessTable(actions);
const side = found("side");
const main = found("main");
let place: Place = { kind: "processes" };
let view: View | null = null;
let told: readonly Status[] = [];
let frame = 0;

main.prepend(table.element);
found("keys").append(button("?", showKeys, { "aria-label": "Keys", title: "Keys ( ? )" }));
const live = new Live(() => {
  // Much may come at once; it is shown once.
  frame ||= requestAnimationFrame(show);
});
addEventListener("hashchange", go);
listenToKeys(table);
go();

function go(): void {
  const before = place;
  place = placeOf(location.hash);
  const isSame = before.kind === "process" && place.kind === "process" && before.id === place.id;
  if (!isSame || !(view instanceof Detail)) {
    view?.close();
    view = viewOf(place);
    side.replaceChildren(...(view === null ? [] : [view.element]));
  }
  if (place.kind === "process" && view instanceof Detail) {
    view.open(place.tab);
  }
  setAttribute(main, "data-place", place.kind);
  // What cannot be seen yet takes no focus.
  if (view instanceof Detail && !isSame) view.focus();
  for (const link of document.querySelectorAll("#views a")) {
    const { kind } = placeOf((link as HTMLAnchorElement).hash);
    const isHere = kind === place.kind || (kind === "processes" && "id" in place);
    setAttribute(link, "aria-current", isHere ? "page" : null);
  }
  show();
  // Whoever closes a process is back at its row, unless he is somewhere already.
  const isNowhere = document.activeElement === document.body;
  if (isNowhere && before.kind === "process" && !("id" in place)) table.focusOn(before.id);
}

function viewOf(where: Place): View | null {
  switch (where.kind) {
    case "processes":
      return null;
    case "process":
      return new Detail(where.id, live, actions, notices);
    case "logs":
      return new LogView("all", where.project, notices);
    case "graph":
      return graphView(live, where.project);
    case "events":
      return recentEventsView(live);
    case "alerts":
      return alertsView(live);
    case "orphans":
      return orphansView(actions);
  }
}

function show(): void {
  frame = 0;
  const { statuses, alerts, connection, isKnown } = live;
  table.update(statuses, place.kind === "process" ? place.id : null, isKnown);
  view?.update();
  if (place.kind === "process" && view instanceof Detail) view.open(place.tab);
  setText(found("alerts"), alerts.length === 0 ? "" : String(alerts.length));
  showConnection(connection);
  document.title = titleText(statuses);
  const changes = changesText(told, statuses);
  if (changes === "" || notices.say(changes)) told = statuses;
}

function showConnection(connection: Connection): void {
  const status = found("connection");
  setText(status, CONNECTIONS[connection.kind]);
  setAttribute(status, "data-tone", connection.kind === "connected" ? "good" : "warn");
  const isThere = connection.kind === "connected" || connection.kind === "connecting";
  document.body.classList.toggle("stale", !isThere);
  setText(found("lost"), isThere ? "" : lostText(connection));
}

function lostText(connection: Extract<Connection, { readonly sinceMs: number }>): string {
  const since = clockText(connection.sinceMs);
  return connection.kind === "lost"
    ? `Not connected to the daemon since ${since}. What is shown is from then; trying again. If it was stopped, 'procman dash' starts it.`
    : `Not let in since ${since}: run 'procman dash' for a new link.`;
}
