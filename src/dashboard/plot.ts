/** Lines of a plot, from what was measured when. */

export interface Frame {
  readonly fromMs: number;
  readonly toMs: number;
  /** The value at the upper edge. */
  readonly most: number;
  readonly width: number;
  readonly height: number;
}

/** For `d` of a path. Where a value is not known the line has a gap. */
export function plotPath(
  points: readonly { readonly atMs: number; readonly value: number | null }[],
  { fromMs, toMs, most, width, height }: Frame,
): string {
  const parts: string[] = [];
  let isDrawing = false;
  for (const { atMs, value } of points) {
    if (value === null) {
      isDrawing = false;
      continue;
    }
    const x = ((atMs - fromMs) / (toMs - fromMs)) * width;
    const y = height - (Math.min(value, most) / most) * height;
    // One that stands alone is a dot: a line of no length, with round ends.
    parts.push(`${isDrawing ? "L" : "M"}${rounded(x)} ${rounded(y)}${isDrawing ? "" : "h0"}`);
    isDrawing = true;
  }
  return parts.join("");
}

/** An upper edge that is easily read: 1, 2 or 5 with zeros. */
export function upperEdge(value: number): number {
  if (value <= 0) return 1;
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((it) => it * unit >= value) ?? 10) * unit;
}

function rounded(value: number): number {
  return Number(value.toFixed(1));
}
