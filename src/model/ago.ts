/** How long something took, or ago it was, as people say it. */

/** Whole units, the two largest: `3h 12m`, `45s`, `120ms` is `0s`. */
export function ago(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const;
  const at = units.findIndex(([, size]) => seconds >= size);
  if (at < 0) return "0s";
  let rest = seconds;
  return units
    .slice(at, at + 2)
    .flatMap(([unit, size]) => {
      const count = Math.floor(rest / size);
      rest -= count * size;
      return count > 0 ? [`${count}${unit}`] : [];
    })
    .join(" ");
}
