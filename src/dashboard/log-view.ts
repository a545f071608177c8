/** The log of a process, or of all of a project, as it is written. */

import type { LogLine } from "../protocol/logs.ts";
import { get } from "./api.ts";
import { button, choice, element, labelled, setAttribute, setText } from "./dom.ts";
import { followLog, PAGE_LINES } from "./log-follower.ts";
import { lineElement, markElement } from "./log-line.ts";
import { expressionFault, logPath, olderThan, withoutShown, type LogQuery } from "./log-query.ts";
import type { Notices } from "./notices.ts";
import type { View } from "./view.ts";

/** The table of the protocol comes with all that checks it, which is more than this page. */
const LEVELS = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
] as const satisfies readonly LogLine["level"][];
/** Lines on the page; with older ones loaded, as many more. */
const LINES_MOST = 2_000;
const LINES_MOST_LOADED = 10_000;
/** How near the end is at the end. Pixels. */
const END_PX = 30;
const TYPING_MS = 300;

type Entry = { readonly line: LogLine } | { readonly note: string };

export class LogView implements View {
  readonly element: HTMLElement;
  readonly #target: string;
  readonly #notices: Notices;
  readonly #withName: boolean;
  readonly #box = element("div", { class: "log", role: "log", "aria-live": "off", tabindex: 0 });
  readonly #older = button("Load older lines", () => void this.#loadOlder());
  readonly #pause = button("Pause", () => this.#setPaused(!this.#isPaused), {
    "aria-pressed": "false",
  });
  readonly #fault = element("span", { role: "alert", class: "fault" });
  #query: LogQuery;
  #over = new AbortController();
  /** What the box shows, in its order; notes are no lines. */
  #shown: { readonly line: LogLine | null; readonly element: HTMLElement }[] = [];
  #waiting: Entry[] = [];
  #leftOut = false;
  #most = LINES_MOST;
  #isPaused = false;
  #frame = 0;
  #typing: ReturnType<typeof setTimeout> | undefined;

  /** `project` null: the target names its own; else of several processes of it, with their names. */
  constructor(target: string, project: string | null, notices: Notices) {
    this.#target = target;
    this.#notices = notices;
    this.#withName = project !== null;
    this.#query = { grep: "", level: "", stream: "", context: "", project };
    this.element = element(
      "section",
      { class: "logs", "aria-label": "Log" },
      project === null ? null : element("h2", {}, `Log of ${project}`),
      element("div", { class: "bar" }, ...this.#controls(), this.#fault),
      this.#box,
    );
    document.addEventListener("visibilitychange", this.#turn);
    this.#begin();
  }

  update(): void {}

  close(): void {
    document.removeEventListener("visibilitychange", this.#turn);
    this.#over.abort();
    clearTimeout(this.#typing);
    cancelAnimationFrame(this.#frame);
  }

  #controls(): HTMLElement[] {
    const search = element("input", {
      type: "search",
      placeholder: "Search (regular expression)",
      "aria-label": "Search in the log",
      spellcheck: "false",
    });
    search.addEventListener("input", () => {
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => this.#search(search), TYPING_MS);
    });
    const levels = LEVELS.map((it) => [it, it === "fatal" ? it : `${it} and above`] as const);
    const level = choice([["", "all"], ...levels], (it) => this.#choose({ level: it }));
    const streams = ["stdout", "stderr"].map((it) => [it, it] as const);
    const stream = choice([["", "both"], ...streams], (it) => this.#choose({ stream: it }));
    const counts = ["2", "5", "20"].map((it) => [it, `${it} lines`] as const);
    const context = choice([["", "nothing"], ...counts], (it) => this.#choose({ context: it }));
    const toggle = (label: string, name: string, isOn: boolean): HTMLElement => {
      const box = element("input", { type: "checkbox" });
      box.checked = isOn;
      const set = () => this.#box.classList.toggle(name, box.checked);
      box.addEventListener("change", set);
      set();
      return labelled(label, box);
    };
    return [
      search,
      labelled("Level", level),
      labelled("Around it", context),
      labelled("Stream", stream),
      toggle("Times", "times", true),
      toggle("Wrap", "wrap", true),
      this.#older,
      this.#pause,
    ];
  }

  #search(input: HTMLInputElement): void {
    const fault = expressionFault(input.value);
    setText(this.#fault, fault);
    setAttribute(input, "aria-invalid", fault === "" ? null : "true");
    if (fault === "" && input.value !== this.#query.grep) this.#choose({ grep: input.value });
  }

  #choose(part: Partial<LogQuery>): void {
    this.#query = { ...this.#query, ...part };
    this.#begin();
  }

  /** Anew, with what is asked for now. */
  #begin(): void {
    this.#over.abort();
    this.#shown = [];
    this.#waiting = [];
    this.#most = LINES_MOST;
    this.#box.replaceChildren();
    this.#older.disabled = false;
    this.#setPaused(false);
    this.#follow(null);
  }

  readonly #turn = (): void => {
    this.#over.abort();
    if (!document.hidden) this.#follow(this.#last);
  };

  /** The last line that came, shown or not. */
  get #last(): LogLine | null {
    const waiting = this.#waiting.findLast((it) => "line" in it);
    return waiting?.line ?? this.#shown.findLast(({ line }) => line !== null)?.line ?? null;
  }

  #follow(after: LogLine | null): void {
    this.#over = new AbortController();
    const { signal } = this.#over;
    const pathFrom = (cursor: string | null): string => {
      const from = cursor ?? after?.cursor ?? null;
      return logPath(this.#target, this.#query, {
        cursor: from,
        lines: String(PAGE_LINES),
        follow: "true",
      });
    };
    const receiver = {
      take: (lines: readonly LogLine[]) => this.#take(lines.map((line) => ({ line }))),
      note: (note: string) => this.#take([{ note }]),
      refused: (error: Error) => setText(this.#fault, error.message),
    };
    void followLog(pathFrom, receiver, signal);
  }

  #take(entries: readonly Entry[]): void {
    if (this.#over.signal.aborted) return;
    for (const entry of entries) this.#waiting.push(entry);
    if (this.#waiting.length > LINES_MOST) {
      this.#waiting = this.#waiting.slice(-LINES_MOST);
      this.#leftOut = true;
    }
    this.#frame ||= requestAnimationFrame(() => this.#flush());
  }

  #flush(): void {
    this.#frame = 0;
    if (this.#isPaused) {
      setText(this.#pause, `Go on (${this.#waiting.length}${this.#leftOut ? "+" : ""} new)`);
      return;
    }
    const isAtEnd = this.#isAtEnd();
    if (this.#leftOut) this.#waiting.unshift({ note: "some lines are left out here" });
    const added = this.#waiting.map((it) => this.#entry(it));
    this.#waiting = [];
    this.#leftOut = false;
    this.#box.append(...added.map((it) => it.element));
    this.#shown.push(...added);
    for (const it of this.#shown.splice(0, this.#shown.length - this.#most)) it.element.remove();
    if (isAtEnd) this.#box.scrollTop = this.#box.scrollHeight;
  }

  #entry(entry: Entry) {
    if ("note" in entry) return { line: null, element: markElement(entry.note) };
    return { line: entry.line, element: lineElement(entry.line, this.#withName) };
  }

  #isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    return scrollHeight - scrollTop - clientHeight < END_PX;
  }

  #setPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    setAttribute(this.#pause, "aria-pressed", String(isPaused));
    setText(this.#pause, isPaused ? "Go on" : "Pause");
    if (!isPaused && this.#waiting.length > 0) this.#flush();
  }

  async #loadOlder(): Promise<void> {
    const shown = this.#shown.flatMap(({ line }) => line ?? []);
    const { signal } = this.#over;
    this.#older.disabled = true;
    try {
      const path = logPath(this.#target, this.#query, olderThan(shown, PAGE_LINES));
      const older = withoutShown(await get<readonly LogLine[]>(path, signal), shown);
      if (signal.aborted) return;
      this.#most = LINES_MOST_LOADED;
      this.#prepend(older);
      const isFull = this.#shown.length >= LINES_MOST_LOADED;
      this.#older.disabled = older.length === 0 || isFull;
    } catch (error) {
      if (signal.aborted) return;
      this.#older.disabled = false;
      this.#notices.show(error);
    }
  }

  /** What is looked at stays where it is. */
  #prepend(older: readonly LogLine[]): void {
    const entries: Entry[] = older.map((line) => ({ line }));
    if (older.length === 0) entries.push({ note: "the log begins here" });
    const added = entries.map((it) => this.#entry(it));
    const fromEnd = this.#box.scrollHeight - this.#box.scrollTop;
    this.#box.prepend(...added.map((it) => it.element));
    this.#shown.unshift(...added);
    this.#box.scrollTop = this.#box.scrollHeight - fromEnd;
  }
}
