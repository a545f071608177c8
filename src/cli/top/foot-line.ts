/** The last line: what is typed or asked, else what is to be said, else the keys. */

import { AT_REST } from "../../model/at-rest.ts";
import type { Paint } from "../output.ts";
import { selectedStatus } from "./rows.ts";
import { screenText } from "./screen-line.ts";
import type { Prompt, TopState } from "./state.ts";

export function footLine(state: TopState, paint: Paint): string {
  const { prompt, notice, list } = state;
  if (prompt !== null && notice?.tone !== "bad") return promptLine(prompt, state);
  if (notice !== null) {
    const text = screenText(notice.text);
    return notice.tone === "bad" ? paint("red", text) : text;
  }
  if (list.trouble !== null) return paint("red", screenText(list.trouble));
  return keysLine(state, paint);
}

/** What is typed is seen from its end. */
function promptLine(prompt: Prompt, { size, list }: TopState): string {
  if (prompt.kind === "kill") {
    const pid = list.statuses.find(({ id }) => id === prompt.id)?.pid ?? null;
    return `Kill ${prompt.id}${pid === null ? "" : ` (pid ${pid})`} with all its processes? y/n`;
  }
  const label = prompt.kind === "filter" ? "Names with: " : "Lines with: ";
  const room = Math.max(1, size.columns - label.length - 1);
  const width = Bun.stringWidth(prompt.text);
  return `${label}${Bun.sliceAnsi(prompt.text, Math.max(0, width - room), width)}_`;
}

function keysLine(state: TopState, paint: Paint): string {
  const last = ["? help", "q leave"];
  const kept: string[] = [];
  for (const key of keysFor(state)) {
    if ([...kept, key, ...last].join("  ").length > state.size.columns) break;
    kept.push(key);
  }
  return [...kept, ...last]
    .map((text) => {
      const [key = "", ...rest] = text.split(" ");
      return `${paint("bold", key)} ${paint("gray", rest.join(" "))}`;
    })
    .join("  ");
}

function keysFor(state: TopState): string[] {
  if (state.pane.kind === "help") return ["Esc back", "PgDn more"];
  if (state.pane.kind === "about") return ["Esc back", "↑↓ select", "PgDn more"];
  const status = selectedStatus(state);
  const isAtRest = status !== null && (AT_REST as ReadonlySet<string>).has(status.state);
  const acts = ["s " + (isAtRest ? "start" : "stop"), "r restart", "K kill"];
  if (state.isWhole) return ["Esc back", "PgUp scroll", "/ search", "t times", ...acts];
  return ["↑↓ select", "Enter log", ...acts, "i why", "/ search", "f filter", "o order"];
}
