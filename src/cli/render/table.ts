/** Tables as wide as they have to be. On a terminal that is too narrow, columns that can be done without go first; then
 *  the text of the column that wraps goes on in the next line, and others are cut. Without a terminal all is shown. */

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly right?: boolean;
  /** May be narrower than its cells: these are cut, or go on in the next line. */
  readonly flexible?: boolean | "wrap";
  /** Of columns that can be done without, the lowest goes first. */
  readonly dropRank?: number;
}

/** Two blanks between columns. */
const GAP = 2;
/** A flexible column is never cut below that. */
const MIN_WIDTH = 8;
/** Text that wraps can be read from there on. */
const READABLE_WIDTH = 24;

/** Lines without their line ends. `width`: columns of the terminal, null for as wide as needed. Cells may be painted. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string[] {
  const all = columns.map((column, at) => {
    const cells = [column.title, ...rows.map((row) => row[at] ?? "")];
    return { column, cells, width: Math.max(...cells.map((cell) => Bun.stringWidth(cell))) };
  });
  const fitted = width === null ? all : narrow(all, width);
  return [-1, ...rows.keys()].flatMap((row) => linesOf(fitted, row + 1));
}

interface Fitted {
  readonly column: Column;
  readonly cells: readonly string[];
  readonly width: number;
}

function narrow(all: readonly Fitted[], width: number): readonly Fitted[] {
  let kept = all;
  const wraps = all.some(({ column }) => column.flexible === "wrap");
  const droppable = all
    .filter(({ column }) => column.dropRank !== undefined)
    .toSorted((one, other) => (one.column.dropRank ?? 0) - (other.column.dropRank ?? 0));
  for (const dropped of droppable) {
    const free = width - totalOf(kept.filter(({ column }) => column.flexible !== "wrap"));
    const needed = Math.min(READABLE_WIDTH, wrapWidthOf(kept)) + (wraps ? GAP : 0);
    if (totalOf(kept) <= width || free >= needed) break;
    kept = kept.filter((it) => it !== dropped);
  }
  for (let excess = totalOf(kept) - width; excess > 0; excess -= 1) {
    const widest = kept
      .filter((it) => (it.column.flexible ?? false) !== false && it.width > MIN_WIDTH)
      .toSorted((one, other) => other.width - one.width)[0];
    if (widest === undefined) break;
    kept = kept.map((it) => (it === widest ? { ...it, width: it.width - 1 } : it));
  }
  return kept;
}

function totalOf(all: readonly Fitted[]): number {
  return all.reduce((sum, it) => sum + it.width, 0) + GAP * Math.max(0, all.length - 1);
}

function wrapWidthOf(all: readonly Fitted[]): number {
  return all.find(({ column }) => column.flexible === "wrap")?.width ?? 0;
}

/** A row: one line, or as many as its longest text that wraps. */
function linesOf(all: readonly Fitted[], row: number): string[] {
  const parts = all.map(({ column, cells, width }) => {
    const cell = cells[row] ?? "";
    const isWide = Bun.stringWidth(cell) > width;
    return isWide && column.flexible === "wrap"
      ? Bun.wrapAnsi(cell, width, { hard: true }).split("\n")
      : [cell];
  });
  const height = Math.max(...parts.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    all
      .map(({ column, width }, at) => fit(parts[at]?.[line] ?? "", width, column.right === true))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** As wide as it is to be: cut, or filled up with blanks. */
export function fit(cell: string, width: number, right: boolean): string {
  const own = Bun.stringWidth(cell);
  if (own > width) return `${Bun.sliceAnsi(cell, 0, Math.max(0, width - 1))}…`;
  const blanks = " ".repeat(width - own);
  return right ? blanks + cell : cell + blanks;
}
