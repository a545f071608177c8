/** How many there are, in words that fit. */

/** `1 process`, `2 processes`. */
export function countOf(count: number, one: string, more: string): string {
  return `${count} ${count === 1 ? one : more}`;
}
