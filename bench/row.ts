/** A measured line: what, how much, and what it is held against. */

export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The mark, or what bare Bun or `cat` needs for the same in the same run. */
  readonly against: { readonly what: string; readonly value: number } | null;
}

export function render({ what, value, unit, against }: Row): string {
  const shown = `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`;
  if (against === null) return `${what.padEnd(52)} ${shown.padStart(12)}`;
  const ratio = (value / against.value).toFixed(2);
  const other = `${against.what} ${against.value.toFixed(against.value < 10 ? 2 : 0)} ${unit}`;
  return `${what.padEnd(52)} ${shown.padStart(12)}   ${other} (× ${ratio})`;
}
