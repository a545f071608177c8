/** The row of a process. */

import type { Status } from "../protocol/status.ts";
import type { Actions, Action } from "./actions.ts";
import { arrange, button, element, setAttribute, setText } from "./dom.ts";
import { isUp } from "./processes.ts";
import { showHealth, showState, stateMark } from "./state-mark.ts";
import { noteOf } from "./note.ts";
import { cpuText, lastedText, memoryText } from "./text.ts";

export class ProcessRow {
  readonly element: HTMLTableRowElement;
  status: Status;
  readonly #actions: Actions;
  readonly #mark = stateMark();
  readonly #link = element("a", { class: "name" });
  readonly #reason = element("small");
  readonly #health = element("span", { class: "mark" });
  readonly #cells = ["cpu", "memory", "restarts", "uptime"].map((name) =>
    element("td", { class: `number ${name}` }),
  );
  readonly #ports = element("td", { class: "ports" });
  readonly #buttons: Readonly<Record<Exclude<Action, "kill">, HTMLButtonElement>>;

  constructor(status: Status, actions: Actions) {
    this.status = status;
    this.#actions = actions;
    const press = (action: Action, sign: string) =>
      button(sign, () => this.act(action), { class: "sign" });
    this.#buttons = {
      start: press("start", "▶"),
      restart: press("restart", "↻"),
      stop: press("stop", "■"),
    };
    this.element = element(
      "tr",
      {},
      element("td", { class: "state" }, this.#mark),
      element("th", { scope: "row" }, this.#link, this.#reason),
      element("td", { class: "health" }, this.#health),
      ...this.#cells,
      this.#ports,
      element("td", { class: "acts" }, ...Object.values(this.#buttons)),
    );
  }

  act(action: Action): void {
    void this.#actions.on(this.status, action);
  }

  focus(): void {
    this.#link.focus();
  }

  update(status: Status, name: string, isOpen: boolean): void {
    this.status = status;
    showState(this.#mark, status.state);
    setText(this.#link, name);
    setAttribute(this.#link, "href", `#/p/${encodeURIComponent(status.id)}`);
    setAttribute(this.#link, "aria-current", isOpen ? "true" : null);
    setText(this.#reason, noteOf(status));
    setAttribute(this.#reason, "title", this.#reason.textContent);
    showHealth(this.#health, status.health);
    const values = [
      cpuText(status.cpuPercent),
      memoryText(status.memoryBytes),
      String(status.restarts),
      lastedText(status.uptimeMs),
    ];
    for (const [at, cell] of this.#cells.entries()) setText(cell, values[at] ?? "");
    this.#showPorts(status.ports);
    this.#showButtons(name);
  }

  #showPorts(ports: readonly number[]): void {
    const texts = ports.map(String);
    if (this.#ports.textContent === texts.join("")) return;
    arrange(this.#ports, ports.map(portLink));
  }

  #showButtons(name: string): void {
    const up = isUp(this.status);
    const isBusy = this.#actions.isBusy(this.status.id) || this.status.state === "stopping";
    const wanted = { start: !up, restart: up, stop: up };
    for (const [action, it] of Object.entries(this.#buttons)) {
      it.hidden = !wanted[action as keyof typeof wanted];
      it.disabled = isBusy;
      setAttribute(it, "aria-label", `${action} ${name}`);
      setAttribute(it, "title", `${action} ${name}`);
    }
  }
}

/** On the machine that the page is of, as far as that can be told from here. */
export function portLink(port: number): HTMLAnchorElement {
  const href = `http://${location.hostname}:${port}/`;
  return element("a", { href, target: "_blank", rel: "noreferrer" }, String(port));
}
