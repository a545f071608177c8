/** Tables as wide as they have to be, cut to the terminal; nothing is cut where no terminal is. */

export interface Column {
  readonly title: string;
  /** Numbers stand right. */
  readonly right?: boolean;
  /** May be cut when the terminal is too narrow. */
  readonly flexible?: boolean;
}

/** Two blanks between columns. */
const GAP = 2;
/** A flexible column is never cut below that. */
const MIN_WIDTH = 8;

/** Lines without their line ends. `width`: columns of the terminal, null for as wide as needed. Cells may be painted. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number | null,
): string[] {
  const titles = columns.map(({ title }) => title);
  const all = [titles, ...rows];
  const widths = columns.map((_, at) =>
    Math.max(...all.map((row) => Bun.stringWidth(row[at] ?? ""))),
  );
  if (width !== null) narrow(columns, widths, width);
  return all.map((row) =>
    row
      .map((cell, at) => fit(cell, widths[at] ?? 0, columns[at]?.right === true))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

/** Takes what is missing from the widest flexible column. */
function narrow(columns: readonly Column[], widths: number[], width: number): void {
  let excess = widths.reduce((sum, it) => sum + it, 0) + GAP * (widths.length - 1) - width;
  while (excess > 0) {
    const candidates = columns
      .map(({ flexible }, at) => ({ at, width: flexible === true ? (widths[at] ?? 0) : 0 }))
      .filter((it) => it.width > MIN_WIDTH)
      .toSorted((one, other) => other.width - one.width);
    const [widest] = candidates;
    if (widest === undefined) return;
    widths[widest.at] = widest.width - 1;
    excess -= 1;
  }
}

function fit(cell: string, width: number, right: boolean): string {
  const own = Bun.stringWidth(cell);
  if (own > width) return `${Bun.sliceAnsi(cell, 0, Math.max(0, width - 1))}…`;
  const blanks = " ".repeat(width - own);
  return right ? blanks + cell : cell + blanks;
}
