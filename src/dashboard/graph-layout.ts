/** Where the boxes of a dependency graph stand: each to the right of all that it depends on. */

export interface GraphNode {
  readonly name: string;
  readonly dependsOn: readonly string[];
}

export interface Placed {
  readonly name: string;
  readonly column: number;
  readonly row: number;
}

export function placed(nodes: readonly GraphNode[]): Placed[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const columns = new Map<string, number>();
  const columnOf = (name: string, above: ReadonlySet<string>): number => {
    const known = columns.get(name);
    // Cycles are refused by the configuration; here they must not be followed for ever.
    if (known !== undefined || above.has(name)) return known ?? 0;
    const needs = (byName.get(name)?.dependsOn ?? []).filter((it) => byName.has(it));
    const within = new Set([...above, name]);
    const column = Math.max(-1, ...needs.map((it) => columnOf(it, within))) + 1;
    columns.set(name, column);
    return column;
  };
  const rows = new Map<number, number>();
  return nodes.map(({ name }) => {
    const column = columnOf(name, new Set());
    const row = rows.get(column) ?? 0;
    rows.set(column, row + 1);
    return { name, column, row };
  });
}
