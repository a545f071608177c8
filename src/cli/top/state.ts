/** What the view knows and shows: all of it, so that a frame is made of this and nothing else. */

import type { LastLine, Ends } from "../../logfile/last-lines.ts";
import type { LineSearch } from "../../logfile/line-search.ts";
import type { StatsHistory } from "../../protocol/stats.ts";
import type { Status } from "../../protocol/status.ts";
import type { SortKey } from "./sort-keys.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface TopState {
  readonly size: Size;
  readonly nowMs: number;
  /** What is looked at: the name of a project, or `every project`. */
  readonly title: string;
  /** Rows of several projects. */
  readonly isOfAll: boolean;
  readonly list: List;
  readonly choice: Choice;
  readonly log: Log;
  readonly history: History | null;
  /** What is below the processes, or on the whole screen. */
  readonly pane: Pane;
  readonly isWhole: boolean;
  /** What is typed at, or asked; null: keys are commands. */
  readonly prompt: Prompt | null;
  /** Said in the last line, until it was read or something else is done. */
  readonly notice: Notice | null;
}

interface List {
  readonly statuses: readonly Status[];
  /** Null: none answers. */
  readonly daemonPid: number | null;
  /** Why it is what was seen last, and nothing newer. */
  readonly trouble: string | null;
}

export interface Choice {
  /** Of the row that is selected; null: there is none. */
  readonly key: string | null;
  /** Where it was: who is selected when it is gone. */
  readonly at: number;
  readonly sort: SortKey;
  /** Part of the names that are shown. */
  readonly filter: string;
  /** One project below the other. */
  readonly isGrouped: boolean;
  /** Projects of which only a line is shown. */
  readonly folded: ReadonlySet<string>;
}

export interface Log {
  /** Whose it is; null: nobody's. */
  readonly id: string | null;
  readonly lines: readonly LastLine[];
  readonly isAll: boolean;
  readonly ends: Ends | null;
  readonly position: Position;
  readonly search: { readonly text: string; readonly lines: LineSearch } | null;
  readonly hasTimes: boolean;
}

/** What is seen of the lines: the last ones as they come, the first ones, or those up to one. */
export type Position =
  | { readonly kind: "end" }
  | { readonly kind: "begin" }
  | { readonly kind: "up-to"; readonly line: number };

export interface History {
  readonly id: string;
  readonly history: StatsHistory | null;
}

export type Pane =
  | { readonly kind: "log" }
  /** Why the selected one is in its state, and all about it. */
  | { readonly kind: "about"; readonly known: About | null; readonly from: number }
  | { readonly kind: "help"; readonly from: number };

export interface About {
  readonly id: string;
  readonly lines: readonly string[];
}

export type Prompt =
  | { readonly kind: "filter"; readonly text: string; readonly before: string }
  | { readonly kind: "search"; readonly text: string }
  /** Asks whether to kill. */
  | { readonly kind: "kill"; readonly id: string };

export interface Notice {
  readonly text: string;
  readonly tone: "plain" | "bad";
  /** When it has been read; null: what it tells of is not over. */
  readonly untilMs: number | null;
}

const READ_MS = { plain: 5_000, bad: 20_000 } as const;

/** Said from now on, for as long as it takes to read it. */
export function said(state: TopState, text: string, tone: Notice["tone"] = "plain"): TopState {
  return { ...state, notice: { text, tone, untilMs: state.nowMs + READ_MS[tone] } };
}

export interface Beginning {
  readonly size: Size;
  readonly isOfAll: boolean;
  readonly sort: SortKey;
}

/** Before anything is known. */
export function firstState({ size, isOfAll, sort }: Beginning): TopState {
  return {
    size,
    nowMs: 0,
    title: isOfAll ? "every project" : "procman",
    isOfAll,
    list: { statuses: [], daemonPid: null, trouble: null },
    choice: { key: null, at: 0, sort, filter: "", isGrouped: true, folded: new Set() },
    log: NO_LOG,
    history: null,
    pane: { kind: "log" },
    isWhole: false,
    prompt: null,
    notice: null,
  };
}

export const NO_LOG: Log = {
  id: null,
  lines: [],
  isAll: true,
  ends: null,
  position: { kind: "end" },
  search: null,
  hasTimes: false,
};
