/** The last line: what is typed or asked, else what is to be said, else the keys. What is said may take more than one. */

import { AT_REST } from "../../model/at-rest.ts";
import type { Paint } from "../output.ts";
import { selectedStatus } from "./rows.ts";
import { screenText } from "./screen-line.ts";
import type { Prompt, TopState } from "./state.ts";

const MOST_LINES = 3;

export function footLines(state: TopState, paint: Paint): readonly string[] {
  const { prompt, notice, list } = state;
  if (prompt !== null && notice?.tone !== "bad") return [promptLine(prompt, state)];
  const said = notice?.text ?? list.trouble;
  if (said === null) return [keysLine(state, paint)];
  const lines = Bun.wrapAnsi(screenText(said), state.size.columns, { hard: true }).split("\n");
  const isBad = notice === null || notice.tone === "bad";
  return lines.slice(0, MOST_LINES).map((line) => (isBad ? paint("red", line) : line));
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
  if (state.pane.kind === "about") {
    return ["Esc back", ...(state.isWhole ? [] : ["↑↓ select"]), "PgDn more"];
  }
  const status = selectedStatus(state);
  const isAtRest = status !== null && (AT_REST as ReadonlySet<string>).has(status.state);
  const acts = ["s " + (isAtRest ? "start" : "stop"), "r restart", "K kill"];
  if (state.isWhole) return ["Esc back", "PgUp scroll", "/ search", "t times", ...acts];
  return ["↑↓ select", "Enter log", ...acts, "i why", "/ search", "f filter", "o order"];
}
