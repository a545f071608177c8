/** What happened, newest first, in the words of the command line. */

import { eventName, eventText } from "../cli/render/event-text.ts";
import type { WireEvent } from "../protocol/shapes.ts";
import { arrange, element } from "./dom.ts";
import { clockText } from "./text.ts";

const BAD =
  /^(?:process\.(?:failed|skipped|suspended)|health\.(?:critical|failed)|resource\.critical|alert\.(?:fired|undelivered)|hook\.failed|log\.dropped)$/;
const WARN = /^(?:process\.backoff|health\.warning|resource\.(?:warning|trend)|schedule\.missed)$/;

export class EventList {
  readonly element = element("ol", { class: "events" });
  readonly #withProject: boolean;
  readonly #items = new Map<number, HTMLElement>();
  readonly #empty: HTMLElement;

  constructor(withProject: boolean) {
    this.#withProject = withProject;
    this.#empty = element("li", { class: "empty" }, "Nothing has happened lately.");
  }

  update(events: readonly WireEvent[]): void {
    const seqs = new Set(events.map(({ seq }) => seq));
    for (const seq of this.#items.keys()) if (!seqs.has(seq)) this.#items.delete(seq);
    const items = events.toReversed().map((event) => {
      const item = this.#items.get(event.seq) ?? this.#item(event);
      this.#items.set(event.seq, item);
      return item;
    });
    arrange(this.element, items.length === 0 ? [this.#empty] : items);
  }

  #item(event: WireEvent): HTMLElement {
    const { type, time } = event;
    const tone = BAD.test(type) ? "bad" : WARN.test(type) ? "warn" : null;
    const name = eventName(event, this.#withProject);
    return element(
      "li",
      { "data-tone": tone },
      element("time", { title: time }, clockText(time)),
      element("b", {}, name),
      ` ${eventText(event)} `,
      element("small", {}, type),
    );
  }
}
