/** What a key does: to what is shown, and what is to be done about it. */

import { AT_REST } from "../../model/at-rest.ts";
import type { Status } from "../../protocol/status.ts";
import type { Action, Ask, Pressed } from "./ask.ts";
import { HELP_LINES } from "./help.ts";
import type { Key, KeyName } from "./keys.ts";
import { bodySize, layoutOf, logStyle } from "./layout.ts";
import { paged, scrolled } from "./log-window.ts";
import { typed } from "./prompt.ts";
import { moved, selectedRow, selectedStatus, settled } from "./rows.ts";
import { SORT_KEYS } from "./sort-keys.ts";
import { said, type Log, type Pane, type TopState } from "./state.ts";

export function press(before: TopState, key: Key): Pressed {
  const state: TopState = { ...before, notice: null };
  const always = key.kind === "key" ? ALWAYS[key.name] : undefined;
  if (always !== undefined) return { state, ask: always };
  const pressed = state.prompt === null ? commanded(state, key) : typed(state, state.prompt, key);
  return { ...pressed, state: settled(pressed.state) };
}

/** Also while something is typed. */
const ALWAYS: Partial<Record<KeyName, Ask>> = {
  "ctrl-c": { kind: "leave", isInterrupt: true },
  "ctrl-z": { kind: "suspend" },
  "ctrl-l": { kind: "redraw" },
};

function commanded(state: TopState, key: Key): Pressed {
  if (key.kind === "paste") return shown(state);
  const name = key.kind === "key" ? key.name : key.text;
  const scroll = Object.hasOwn(SCROLLS, name) ? SCROLLS[name] : undefined;
  if (scroll !== undefined) return shown(moveOrScroll(state, scroll));
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  // Nothing is done with what cannot be seen.
  if (state.pane.kind === "help" && name !== "q") return shown(back(state));
  return command?.(state) ?? shown(state);
}

const shown = (state: TopState): Pressed => ({ state, ask: null });

type Scroll = "line-up" | "line-down" | "page-up" | "page-down" | "begin" | "end";

const SCROLLS: Readonly<Record<string, Scroll>> = {
  up: "line-up",
  k: "line-up",
  down: "line-down",
  j: "line-down",
  "page-up": "page-up",
  "ctrl-b": "page-up",
  "ctrl-u": "page-up",
  "page-down": "page-down",
  "ctrl-f": "page-down",
  "ctrl-d": "page-down",
  " ": "page-down",
  home: "begin",
  end: "end",
  G: "end",
};

const COMMANDS: Readonly<Record<string, (state: TopState) => Pressed>> = {
  q: (state) => ({ state, ask: { kind: "leave", isInterrupt: false } }),
  escape: (state) => shown(back(state)),
  enter: (state) => shown(entered(state)),
  l: (state) => shown(entered(state)),
  s: (state) => onSelected(state, (status) => (isAtRest(status) ? "start" : "stop")),
  r: (state) => onSelected(state, () => "restart"),
  K: (state) => withSelected(state, ({ id }) => shown({ ...state, prompt: { kind: "kill", id } })),
  a: (state) => withSelected(state, ({ id }) => ({ state, ask: { kind: "attach", id } })),
  i: (state) => (state.pane.kind === "about" ? shown(back(state)) : about(state)),
  "/": (state) =>
    shown({ ...state, pane: LOG, prompt: { kind: "search", text: state.log.search?.text ?? "" } }),
  f: (state) => {
    const { filter } = state.choice;
    return shown({
      ...state,
      isWhole: false,
      prompt: { kind: "filter", text: filter, before: filter },
    });
  },
  o: (state) => {
    const next = SORT_KEYS[(SORT_KEYS.indexOf(state.choice.sort) + 1) % SORT_KEYS.length] ?? "name";
    return shown({ ...state, choice: { ...state.choice, sort: next } });
  },
  g: (state) =>
    state.isOfAll
      ? shown({ ...state, choice: { ...state.choice, isGrouped: !state.choice.isGrouped } })
      : shown(said(state, "There is one project: with --all there are groups.")),
  t: (state) => shown({ ...state, log: { ...state.log, hasTimes: !state.log.hasTimes } }),
  "?": (state) => shown({ ...state, pane: { kind: "help", from: 0 } }),
};

const LOG: Pane = { kind: "log" };

function isAtRest({ state }: Status): boolean {
  return (AT_REST as ReadonlySet<string>).has(state);
}

function withSelected(state: TopState, does: (status: Status) => Pressed): Pressed {
  const status = selectedStatus(state);
  if (status !== null) return does(status);
  const isProject = selectedRow(state) !== null;
  const what = isProject ? "Select a process of the project first." : "Nothing is selected.";
  return shown(said(state, what));
}

function onSelected(state: TopState, actionFor: (status: Status) => Action): Pressed {
  return withSelected(state, (status) => {
    return { state, ask: { kind: "action", action: actionFor(status), id: status.id } };
  });
}

function about(state: TopState): Pressed {
  return withSelected(state, () =>
    shown({ ...state, pane: { kind: "about", known: null, from: 0 } }),
  );
}

/** Of a project its processes are shown, or not; of a process its log on the whole screen, or not. */
function entered(state: TopState): TopState {
  const row = selectedRow(state);
  if (row?.kind !== "project") return { ...state, isWhole: !state.isWhole };
  const folded = new Set(state.choice.folded);
  if (!folded.delete(row.name)) folded.add(row.name);
  return { ...state, choice: { ...state.choice, folded } };
}

/** One thing after the other. */
function back(state: TopState): TopState {
  if (state.pane.kind !== "log") return { ...state, pane: LOG };
  if (state.isWhole) return { ...state, isWhole: false };
  if (state.log.position.kind !== "end") return withLog(state, { position: { kind: "end" } });
  if (state.log.search !== null) return withLog(state, { search: null });
  return { ...state, choice: { ...state.choice, filter: "" } };
}

function withLog(state: TopState, change: Partial<Log>): TopState {
  return { ...state, log: { ...state.log, ...change } };
}

function moveOrScroll(state: TopState, scroll: Scroll): TopState {
  const { pane } = state;
  const isLine = scroll === "line-up" || scroll === "line-down";
  const step = scroll === "line-up" || scroll === "page-up" ? -1 : 1;
  if (isLine && !state.isWhole && pane.kind !== "help") return moved(state, step);
  if (pane.kind !== "log") return { ...state, pane: turned(state, pane, scroll) };
  const size = bodySize(state);
  if (size.rows === 0) return state;
  const style = logStyle(state, (_, text) => text);
  const { log } = state;
  if (scroll === "begin") return withLog(state, { position: { kind: "begin" } });
  if (scroll === "end") return withLog(state, { position: { kind: "end" } });
  if (isLine) return { ...state, log: scrolled(log, step, size, style) };
  return { ...state, log: paged(log, step < 0 ? "up" : "down", size, style) };
}

function turned(state: TopState, pane: Exclude<Pane, { kind: "log" }>, scroll: Scroll): Pane {
  const { body } = layoutOf(state);
  const length = pane.kind === "help" ? HELP_LINES.length : (pane.known?.lines.length ?? 0);
  const page = Math.max(1, body - 1);
  const to = {
    "line-up": pane.from - 1,
    "line-down": pane.from + 1,
    "page-up": pane.from - page,
    "page-down": pane.from + page,
    begin: 0,
    end: length,
  }[scroll];
  return { ...pane, from: Math.max(0, Math.min(to, length - body)) };
}
