/** The table of all processes, by project, with its filter. */

import { PUBLIC_STATES, type Status } from "../protocol/status.ts";
import type { Actions } from "./actions.ts";
import { arrange, button, choice, element, labelled, setAttribute, setText } from "./dom.ts";
import { ProcessRow } from "./process-row.ts";
import { byProject, severalOf, type ProjectRows, type SortKey } from "./processes.ts";

const COLUMNS: readonly (readonly [key: SortKey | null, label: string, kind: string])[] = [
  ["state", "State", "state"],
  ["name", "Name", ""],
  [null, "Health", "health"],
  ["cpu", "CPU", "number cpu"],
  ["memory", "Memory", "number memory"],
  ["restarts", "Restarts", "number restarts"],
  ["uptime", "Uptime", "number uptime"],
  [null, "Ports", "ports"],
  [null, "Actions", "acts"],
];

const STATES = [
  ["all", "all states"],
  ["attention", "in need of attention"],
  ["up", "up"],
  ["down", "not up"],
  ...PUBLIC_STATES.map((state) => [state, state] as const),
] as const;

export class ProcessTable {
  readonly element: HTMLElement;
  readonly search: HTMLInputElement;
  readonly #actions: Actions;
  readonly #table: HTMLTableElement;
  readonly #headers: readonly HTMLTableCellElement[];
  readonly #empty = element("p", { class: "empty" });
  readonly #rows = new Map<string, ProcessRow>();
  readonly #projects = new Map<string, Project>();
  #filter = { words: "", state: "all" };
  #sorting: { by: SortKey; descending: boolean } = { by: "name", descending: false };
  #shown: readonly ProcessRow[] = [];
  #statuses: readonly Status[] = [];
  #openId: string | null = null;
  #isKnown = false;

  constructor(actions: Actions) {
    this.#actions = actions;
    this.search = element("input", {
      type: "search",
      placeholder: "Filter  ( / )",
      "aria-label": "Filter processes",
      spellcheck: "false",
    });
    this.search.addEventListener("input", () => this.#choose({ words: this.search.value }));
    const state = choice(STATES, (chosen) => this.#choose({ state: chosen }));
    this.#headers = COLUMNS.map(([key, label, kind]) => this.#header(key, label, kind));
    this.#table = element(
      "table",
      { class: "processes" },
      element("caption", { class: "unseen" }, "Processes"),
      element("thead", {}, element("tr", {}, ...this.#headers)),
    );
    this.element = element(
      "section",
      { "aria-label": "Processes" },
      element("div", { class: "bar" }, this.search, labelled("Show", state)),
      this.#table,
      this.#empty,
    );
  }

  update(statuses: readonly Status[], openId: string | null, isKnown: boolean): void {
    this.#statuses = statuses;
    this.#openId = openId;
    this.#isKnown = isKnown;
    const several = severalOf(statuses);
    const projects = byProject(statuses, this.#filter, this.#sorting);
    const ids = new Set(statuses.map(({ id }) => id));
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.#rows.delete(id);
    const bodies = projects.map((it) => this.#body(it, several));
    arrange(
      this.#table,
      [this.#table.caption, this.#table.tHead, ...bodies].filter((it) => it !== null),
    );
    this.#shown = projects.flatMap(({ rows }) =>
      rows.flatMap(({ id }) => this.#rows.get(id) ?? []),
    );
    setText(this.#empty, emptyText(this.#shown.length, statuses.length, isKnown));
    for (const [at, [key]] of COLUMNS.entries()) {
      const order = this.#sorting.descending ? "descending" : "ascending";
      const header = this.#headers[at];
      if (header !== undefined) {
        setAttribute(header, "aria-sort", key === this.#sorting.by ? order : null);
      }
    }
  }

  /** The row that has the focus, if any has. */
  get focused(): ProcessRow | null {
    const row = document.activeElement?.closest("tr");
    return this.#shown.find((it) => it.element === row) ?? null;
  }

  /** Where somebody comes back to. */
  focusOn(id: string): void {
    this.#rows.get(id)?.focus();
  }

  /** From the row in focus to the next, or back; from none to the first. */
  move(by: 1 | -1): void {
    const at = this.#shown.findIndex((it) => it === this.focused);
    const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), this.#shown.length - 1);
    this.#shown[next]?.focus();
  }

  #choose(part: Partial<{ words: string; state: string }>): void {
    this.#filter = { ...this.#filter, ...part };
    this.update(this.#statuses, this.#openId, this.#isKnown);
  }

  #header(key: SortKey | null, label: string, kind: string): HTMLTableCellElement {
    const sort = (): void => {
      if (key === null) return;
      const isSame = this.#sorting.by === key;
      // Of amounts the greatest are looked for.
      const isAmount = key !== "name" && key !== "state";
      this.#sorting = { by: key, descending: isSame ? !this.#sorting.descending : isAmount };
      this.update(this.#statuses, this.#openId, this.#isKnown);
    };
    const content = key === null ? label : button(label, sort);
    return element("th", { scope: "col", class: kind }, content);
  }

  #body(of: ProjectRows, several: ReadonlySet<string>): HTMLElement {
    const { project, rows } = of;
    const body =
      this.#projects.get(project) ?? new Project(project, this.#actions, () => this.#statuses);
    this.#projects.set(project, body);
    const elements = rows.map((status) => {
      const { id, process, name } = status;
      const row = this.#rows.get(id) ?? new ProcessRow(status, this.#actions);
      this.#rows.set(id, row);
      const shown = several.has(`${project}/${process}`) ? name : process;
      row.update(status, shown, id === this.#openId);
      return row.element;
    });
    body.update(of, elements);
    return body.element;
  }
}

/** The rows of a project, under its name. */
class Project {
  readonly element: HTMLTableSectionElement;
  readonly #head: HTMLTableRowElement;
  readonly #count = element("span");
  readonly #buttons: readonly HTMLButtonElement[];
  readonly #project: string;
  readonly #actions: Actions;

  constructor(project: string, actions: Actions, statuses: () => readonly Status[]) {
    this.#project = project;
    this.#actions = actions;
    const own = () => statuses().filter((it) => it.project === project);
    const press = (action: "start" | "stop") => () =>
      void actions.onProject(project, own(), action);
    this.#buttons = [button("Start all", press("start")), button("Stop all", press("stop"))];
    const encoded = encodeURIComponent(project);
    const links = [
      element("a", { href: `#/logs/${encoded}` }, "All logs"),
      element("a", { href: `#/graph/${encoded}` }, "Graph"),
    ];
    const title = element("h2", {}, project);
    const head = element("div", { class: "bar" }, title, this.#count, ...links, ...this.#buttons);
    this.#head = element(
      "tr",
      { class: "project" },
      element("th", { scope: "rowgroup", colspan: COLUMNS.length }, head),
    );
    this.element = element("tbody", {}, this.#head);
  }

  update({ running, total, rows }: ProjectRows, elements: readonly Element[]): void {
    const hidden = rows.length < total ? `, ${rows.length} shown` : "";
    setText(this.#count, `${running} of ${total} running${hidden}`);
    for (const it of this.#buttons) it.disabled = this.#actions.isBusy(this.#project);
    arrange(this.element, [this.#head, ...elements]);
  }
}

function emptyText(shown: number, all: number, isKnown: boolean): string {
  if (shown > 0 || !isKnown) return "";
  return all > 0
    ? "No process is like that."
    : "Nothing is here yet. 'procman up' in the directory of a project starts it.";
}
