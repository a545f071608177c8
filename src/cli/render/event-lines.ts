/** Events a line each: when, whose and what, in columns. */

import type { WireEvent } from "../../protocol/shapes.ts";
import type { Paint } from "../output.ts";
import { eventName, eventText, eventTime } from "./event-text.ts";
import { beside } from "./fitted.ts";
import { colorOf } from "./log-prefix.ts";

type Owner = Pick<WireEvent, "project" | "process" | "instance">;

/** Longer names stand out of their column, so that one of them does not push all others to the right. */
const NAME_COLUMNS = 32;

export interface EventLinesOptions {
  readonly withProject: boolean;
  readonly paint: Paint;
  /** Columns of the terminal, null where there is none. */
  readonly width: number | null;
}

/** Columns are as wide as what was expected and seen so far needs. */
export class EventLines {
  readonly #options: EventLinesOptions;
  readonly #instances = new Map<string, Set<number>>();
  #nameWidth = 0;
  #timeWidth = 0;

  constructor(options: EventLinesOptions) {
    this.#options = options;
  }

  /** Makes room for a name before it is first seen, and knows how many are called so. */
  expectName(owner: Owner): void {
    const { project, process, instance } = owner;
    if (process !== null && instance !== null) {
      const key = `${project}/${process}`;
      this.#instances.set(key, (this.#instances.get(key) ?? new Set()).add(instance));
    }
    const width = Bun.stringWidth(this.#nameOf(owner));
    if (width <= NAME_COLUMNS) this.#nameWidth = Math.max(this.#nameWidth, width);
  }

  expect(event: WireEvent, now: Date): void {
    this.expectName(event);
    this.#timeWidth = Math.max(this.#timeWidth, eventTime(event.time, now).length);
  }

  of(event: WireEvent, now: Date): string {
    this.expect(event, now);
    const { paint, width } = this.#options;
    const time = eventTime(event.time, now).padStart(this.#timeWidth);
    const name = this.#nameOf(event);
    const blanks = " ".repeat(Math.max(0, this.#nameWidth - Bun.stringWidth(name)));
    const shown = event.process === null ? name : paint(colorOf(event.process), name);
    return beside(`${paint("gray", time)}  ${shown}${blanks}  `, eventText(event), width);
  }

  #nameOf(owner: Owner): string {
    const count = this.#instances.get(`${owner.project}/${owner.process}`)?.size ?? 0;
    return eventName(owner, this.#options.withProject, count > 1);
  }
}
