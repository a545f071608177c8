/** What happened: of one process, as far back as it is kept; or lately, everywhere. */

import type { WireEvent } from "../protocol/shapes.ts";
import type { Status } from "../protocol/status.ts";
import { element } from "./dom.ts";
import { EventList } from "./event-list.ts";
import type { Live } from "./live.ts";
import { messages, Problem } from "./api.ts";
import type { View } from "./view.ts";

const KEPT = 200;

export function recentEventsView(live: Live): View {
  const list = new EventList(true);
  const title = element("h2", {}, "Events");
  const section = element("section", { "aria-label": "Events" }, title, list.element);
  const update = (): void => list.update(live.events);
  update();
  return { element: section, update, close() {} };
}

export function processEventsView(live: Live, status: Status): View {
  const { project, process, instance } = status;
  const list = new EventList(false);
  const over = new AbortController();
  const known = new Map<number, WireEvent>();
  const isOwn = (event: WireEvent): boolean =>
    event.project === project &&
    event.process === process &&
    (event.instance === null || event.instance === instance);
  const update = (): void => {
    for (const event of live.events) if (isOwn(event)) known.set(event.seq, event);
    const events = [...known.values()].toSorted((one, other) => one.seq - other.seq);
    list.update(events.slice(-KEPT));
  };
  const load = async (): Promise<void> => {
    const query = new URLSearchParams({ project, process, since: "7d", follow: "false" });
    const path = `/api/events?${query}`;
    for await (const some of messages(path, { lastId: null, signal: over.signal })) {
      for (const { data } of some) {
        const event = JSON.parse(data) as WireEvent;
        if (isOwn(event)) known.set(event.seq, event);
      }
    }
    update();
  };
  // What is kept of it is added to what was heard; without it there is that.
  void load().catch((error: unknown) => {
    if (!(error instanceof Problem)) throw error;
  });
  update();
  const section = element("section", { "aria-label": "Events" }, list.element);
  return { element: section, update, close: () => over.abort() };
}
