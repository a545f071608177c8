/** A line of a log as it is shown: what it says is text, whatever it looks like. */

import type { LogLine } from "../protocol/logs.ts";
import { paletteColor, piecesOf, PLAIN, type Piece } from "./ansi.ts";
import { element } from "./dom.ts";
import { clockText } from "./text.ts";

/** Longer ones are cut: a line of megabytes takes seconds to lay out. */
const CHARACTERS_MOST = 20_000;

export function lineElement(line: LogLine, withName: boolean): HTMLElement {
  const { time, process, instance, stream, level, missedBytes } = line as LogLine & {
    readonly missedBytes?: number;
  };
  const text = line.line ?? `… ${missedBytes ?? "some"} bytes are missing`;
  const isCut = text.length > CHARACTERS_MOST;
  const shown = isCut ? text.slice(0, CHARACTERS_MOST) : text;
  // With a space after each, for whoever copies lines.
  const marks = [
    element("time", { title: time }, clockText(time, true), " "),
    withName ? element("span", { class: "who" }, `${process}.${instance} `) : null,
    stream === "stderr" ? element("abbr", { title: "standard error" }, "err ") : null,
  ];
  const pieces = piecesOf(shown).map(pieceElement);
  const said = element("span", { class: "text" }, ...pieces, isCut ? " … cut" : "");
  return element("div", { class: `line ${level ?? ""} ${stream}` }, ...marks, said);
}

export function markElement(text: string): HTMLElement {
  return element("div", { class: "line note" }, text);
}

function pieceElement({ text, style }: Piece): Node | string {
  if (style === PLAIN) return text;
  const classes = (["bold", "dim", "italic", "underline", "strike", "inverse"] as const).filter(
    (it) => style[it],
  );
  const span = element("span", {}, text);
  colored(style.color, "c", (css) => (span.style.color = css), classes);
  colored(style.background, "b", (css) => (span.style.backgroundColor = css), classes);
  span.className = classes.join(" ");
  return span;
}

/** The first sixteen colours are the page's own, so that they can be read in the dark and in the light. */
function colored(
  color: number | string | null,
  prefix: string,
  set: (css: string) => void,
  classes: string[],
): void {
  if (color === null) return;
  if (typeof color === "number" && color < 16) classes.push(`${prefix}${color}`);
  else set(typeof color === "number" ? paletteColor(color) : color);
}
