/** What is typed into the last line: part of a name, what is searched for, the answer to a question. */

import { lineSearch } from "../../logfile/line-search.ts";
import type { Pressed } from "./ask.ts";
import type { Key } from "./keys.ts";
import { moved } from "./rows.ts";
import { said, type Log, type Prompt, type TopState } from "./state.ts";

const shown = (state: TopState): Pressed => ({ state, ask: null });

export function typed(state: TopState, prompt: Prompt, key: Key): Pressed {
  if (prompt.kind === "kill") {
    const isYes = key.kind === "text" && key.text.toLowerCase() === "y";
    const answered: TopState = { ...state, prompt: null };
    if (!isYes) return shown(said(answered, "Not killed."));
    return { state: answered, ask: { kind: "action", action: "kill", id: prompt.id } };
  }
  if (key.kind !== "key") return shown(changed(state, prompt, prompt.text + oneLine(key.text)));
  switch (key.name) {
    case "backspace":
      return shown(changed(state, prompt, withoutLast(prompt.text)));
    case "ctrl-u":
      return shown(changed(state, prompt, ""));
    case "escape":
      return shown(cancelled(state, prompt));
    case "enter":
      return shown(accepted(state, prompt));
    case "up":
    case "down":
      return shown(moved(state, key.name === "up" ? -1 : 1));
    default:
      return shown(state);
  }
}

type TextPrompt = Exclude<Prompt, { readonly kind: "kill" }>;

// oxlint-disable-next-line no-control-regex
const oneLine = (text: string): string => text.replace(/[\u0000-\u001F\u007F]/g, "");

/** The last letter, of however many code points. */
function withoutLast(text: string): string {
  const letters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  return letters.slice(0, -1).join("");
}

/** A filter shows at once what it does; a search does when it is whole. */
function changed(state: TopState, prompt: TextPrompt, text: string): TopState {
  const next = { ...state, prompt: { ...prompt, text } };
  return prompt.kind === "filter" ? { ...next, choice: { ...state.choice, filter: text } } : next;
}

function cancelled(state: TopState, prompt: TextPrompt): TopState {
  const closed: TopState = { ...state, prompt: null };
  return prompt.kind === "filter"
    ? { ...closed, choice: { ...state.choice, filter: prompt.before } }
    : closed;
}

function accepted(state: TopState, { kind, text }: TextPrompt): TopState {
  const closed: TopState = { ...state, prompt: null };
  if (kind === "filter") return closed;
  const log: Log = { ...closed.log, position: { kind: "end" } };
  if (text === "") return { ...closed, log: { ...log, search: null } };
  try {
    // As people expect of a search: capitals count once there are any.
    const lines = lineSearch(text, { ignoreCase: text === text.toLowerCase() });
    return { ...closed, log: { ...log, search: { text, lines } } };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return said(state, `Cannot search for that: ${why}`, "bad");
  }
}
