/** Data of any layer as a tree; what makes that impossible is reported. */

import { originIn, type Report } from "./report.ts";
import { type Node, type Source, treeOf, Unfit } from "./tree.ts";

/** Null when it was reported. */
export function grow(data: unknown, source: Source, report: Report): Node | null {
  try {
    return treeOf(data, source);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    const { message, path } = error;
    report.invalid(
      originIn(source, path),
      path.length === 0 ? `cannot be read: ${message}` : message,
    );
    return null;
  }
}
