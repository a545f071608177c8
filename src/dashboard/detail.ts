/** One process: what can be done with it, and its log, use, reasons, events and definition. */

import type { Status } from "../protocol/status.ts";
import type { Action, Actions } from "./actions.ts";
import { aboutView } from "./about-view.ts";
import { button, element, labelled, setAttribute, setText } from "./dom.ts";
import { processEventsView } from "./event-views.ts";
import type { Live } from "./live.ts";
import { LogView } from "./log-view.ts";
import type { Notices } from "./notices.ts";
import { noteOf } from "./note.ts";
import { TABS, type Tab } from "./place.ts";
import { isUp } from "./processes.ts";
import { showHealth, showState, stateMark } from "./state-mark.ts";
import { cpuText, lastedText, memoryText } from "./text.ts";
import { UseView } from "./use-view.ts";
import type { View } from "./view.ts";
import { whyView } from "./why-view.ts";

export class Detail implements View {
  readonly element: HTMLElement;
  readonly id: string;
  readonly #live: Live;
  readonly #actions: Actions;
  readonly #notices: Notices;
  readonly #mark = stateMark();
  readonly #health = element("span", { class: "mark" });
  readonly #reason = element("p", { class: "reason" });
  readonly #numbers = element("p", { class: "numbers" });
  readonly #buttons: Readonly<Record<Action, HTMLButtonElement>>;
  readonly #count: HTMLInputElement;
  readonly #scale: HTMLButtonElement;
  readonly #tabs: readonly HTMLAnchorElement[];
  readonly #body = element("div", { class: "body" });
  #tab: Tab | null = null;
  #view: View | null = null;

  constructor(id: string, live: Live, actions: Actions, notices: Notices) {
    this.id = id;
    this.#live = live;
    this.#actions = actions;
    this.#notices = notices;
    const press = (label: string, action: Action, risky = false) =>
      button(label, () => this.#act(action), { class: risky ? "risky" : "" });
    this.#buttons = {
      start: press("Start", "start"),
      restart: press("Restart", "restart"),
      stop: press("Stop", "stop"),
      kill: press("Kill", "kill", true),
    };
    this.#count = element("input", { type: "number", min: 1, max: 1000, class: "count" });
    this.#scale = button("Scale", () => this.#scaleNow());
    const own = `#/p/${encodeURIComponent(id)}`;
    this.#tabs = TABS.map((tab) => element("a", { href: `${own}/${tab}` }, tab));
    this.element = element(
      "article",
      { "aria-label": id },
      element(
        "header",
        { class: "bar" },
        element("h2", { tabindex: -1 }, id),
        this.#mark,
        this.#health,
        element(
          "a",
          { class: "close", href: "#/", "aria-label": "Close", title: "Close (Esc)" },
          "✕",
        ),
      ),
      this.#reason,
      this.#numbers,
      element(
        "div",
        { class: "bar" },
        ...Object.values(this.#buttons),
        labelled("Instances", this.#count),
        this.#scale,
      ),
      element("nav", { "aria-label": "Of this process", class: "tabs" }, ...this.#tabs),
      this.#body,
    );
    this.update();
  }

  open(tab: Tab): void {
    for (const [at, link] of this.#tabs.entries()) {
      setAttribute(link, "aria-current", TABS[at] === tab ? "page" : null);
    }
    if (this.#tab === tab) return;
    const view = this.#viewOf(tab);
    if (view === null) return;
    this.#tab = tab;
    this.#view?.close();
    this.#view = view;
    this.#body.replaceChildren(view.element);
  }

  focus(): void {
    this.element.querySelector("h2")?.focus();
  }

  update(): void {
    const status = this.#status;
    this.element.classList.toggle("gone", status === null);
    for (const it of Object.values(this.#buttons)) it.disabled = status === null;
    if (status === null) {
      setText(this.#reason, this.#live.isKnown ? "There is no such process any more." : "");
      return;
    }
    showState(this.#mark, status.state);
    showHealth(this.#health, status.health);
    setText(this.#reason, noteOf(status));
    setText(this.#numbers, numbersOf(status));
    const up = isUp(status);
    const isBusy = this.#actions.isBusy(this.id);
    this.#buttons.start.hidden = up;
    this.#buttons.restart.hidden = !up;
    this.#buttons.stop.hidden = !up;
    this.#buttons.kill.hidden = status.pid === null;
    // A stop may take its time, and a kill is what ends it.
    for (const [name, it] of Object.entries(this.#buttons)) it.disabled = isBusy && name !== "kill";
    this.#scale.disabled = this.#actions.isBusy(`${status.project}/${status.process}`);
    if (document.activeElement !== this.#count) this.#count.value = String(this.#instances);
    this.#view?.update();
  }

  close(): void {
    this.#view?.close();
  }

  get #status(): Status | null {
    return this.#live.statuses.find(({ id }) => id === this.id) ?? null;
  }

  get #instances(): number {
    const own = this.#status;
    const isSibling = (it: Status): boolean =>
      it.project === own?.project && it.process === own.process;
    return this.#live.statuses.filter(isSibling).length;
  }

  #act(action: Action): void {
    if (this.#status !== null) void this.#actions.on(this.#status, action);
  }

  #scaleNow(): void {
    const count = Number(this.#count.value);
    if (this.#status === null || !this.#count.checkValidity() || !Number.isInteger(count)) {
      this.#count.reportValidity();
    } else if (count !== this.#instances) {
      void this.#actions.scale(this.#status, this.#instances, count);
    }
  }

  #viewOf(tab: Tab): View | null {
    switch (tab) {
      case "log":
        return new LogView(this.id, null, this.#notices);
      case "use":
        return new UseView(this.id);
      case "why":
        return whyView(this.id, this.#live);
      case "events":
        return this.#status === null ? null : processEventsView(this.#live, this.#status);
      case "about":
        return aboutView(this.id);
    }
  }
}

function numbersOf(status: Status): string {
  const { pid, uptimeMs, cpuPercent, memoryBytes, restarts, exitCode, signal } = status;
  const ended = signal === null ? (exitCode === null ? null : `exit code ${exitCode}`) : signal;
  return [
    pid === null ? null : `pid ${pid}`,
    uptimeMs === null ? null : `up ${lastedText(uptimeMs)}`,
    cpuPercent === null ? null : `CPU ${cpuText(cpuPercent)}`,
    memoryBytes === null ? null : memoryText(memoryBytes),
    `restarts ${restarts}`,
    pid === null && ended !== null ? ended : null,
  ]
    .filter((it) => it !== null)
    .join(" · ");
}
