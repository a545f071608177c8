/** The word that was probably meant. */

/** The candidate that `word` is a slip of, or the beginning of; null when there is none. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  const wanted = word.toLowerCase();
  const mostSlips = word.length < 3 ? 0 : Math.min(Math.ceil(word.length / 4), 3);
  let best: string | null = null;
  let bestDistance = mostSlips + 1;
  for (const candidate of candidates) {
    const known = candidate.toLowerCase();
    const isBeginning = wanted.length > 1 && known.startsWith(wanted);
    const distance = isBeginning
      ? Math.min(1, mostSlips)
      : editDistance(wanted, known, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** The sentence that names it; null when nothing is near. */
export function didYouMean(word: string, candidates: Iterable<string>): string | null {
  const near = nearest(word, candidates);
  return near === null ? null : `Did you mean "${near}"?`;
}

/** Insertions, deletions, substitutions and swaps of neighbours that lead from one to the other, or `enough` when more. */
function editDistance(from: string, to: string, enough: number): number {
  if (Math.abs(from.length - to.length) >= enough) return enough;
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, at) => at);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      const swapped =
        row > 1 &&
        column > 1 &&
        from[row - 1] === to[column - 2] &&
        from[row - 2] === to[column - 1];
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return Math.min(previous[to.length]!, enough);
}
