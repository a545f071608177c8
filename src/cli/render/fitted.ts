/** Text for people in the columns of their terminal: broken between words, where a terminal would break within them. */

/** Beside a column of names text can be read from there on; else it begins below. */
const READABLE_WIDTH = 24;
/** How much further in it begins there. */
const BELOW = 4;

/** What goes on stands below the text that it goes on from: below the second column, if there are two. `width`: null
 *  for as wide as it is; `hang`: how much further in than its begin a line goes on. */
export function fitted(text: string, width: number | null, hang = 0): string {
  if (width === null) return text;
  return text
    .split("\n")
    .map((line) => (Bun.stringWidth(line) > width ? broken(line, width, hang) : line))
    .join("\n");
}

/** Text beside `left`, which may be painted: what does not fit goes on below itself. */
export function beside(left: string, text: string, width: number | null): string {
  const columns = Bun.stringWidth(left);
  if (width === null || width - columns < READABLE_WIDTH) return left + text;
  return wrap(text, width, left, " ".repeat(columns)).join("\n");
}

/** The same of help: paragraphs that are too wide are set anew. What is indented or in columns keeps its lines. */
export function fittedHelp(text: string, width: number | null): string {
  if (width === null) return text;
  const blocks: { readonly isProse: boolean; readonly lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const isProse = line.trim() !== "" && !/^ | {2}/.test(line);
    const last = blocks.at(-1);
    if (last !== undefined && isProse && last.isProse) last.lines.push(line);
    else blocks.push({ isProse, lines: [line] });
  }
  return blocks
    .map(({ isProse, lines }) => {
      const isWide = lines.some((line) => Bun.stringWidth(line) > width);
      return fitted(lines.join(isProse && isWide ? " " : "\n"), width);
    })
    .join("\n");
}

function broken(line: string, width: number, hang: number): string {
  const blanks = /^ */.exec(line)?.[0] ?? "";
  const left = /^ *\S+(?: \S+)* {2,}(?=\S)/.exec(line)?.[0] ?? blanks;
  const room = width - Bun.stringWidth(left);
  if (left !== blanks && room < READABLE_WIDTH) {
    const below = blanks + " ".repeat(BELOW);
    return [left.trimEnd(), ...wrap(line.slice(left.length), width, below, below)].join("\n");
  }
  const further = left === blanks ? hang : 0;
  const indent = " ".repeat(Bun.stringWidth(left) + further);
  return wrap(line.slice(left.length), width, left, indent).join("\n");
}

/** A word that is too long is left whole, so that it can be copied. */
function wrap(text: string, width: number, first: string, indent: string): string[] {
  return Bun.wrapAnsi(text, Math.max(1, width - Bun.stringWidth(indent)), { hard: false })
    .split("\n")
    .map((part, at) => (at === 0 ? first : indent) + part.trimEnd());
}
