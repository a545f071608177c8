/** How deep a JSON text is nested, before anything is made of it. */

const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/** There are more lists and maps within one another. What is nested some 100,000 deep can be read, but takes JSC half
 *  a second to find that it cannot be written. */
export function isDeeper(text: string, most: number): boolean {
  // Each needs a character to begin and one to end; of most messages no more has to be known.
  if (text.length <= 2 * most) return false;
  let depth = 0;
  let isWithinText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isWithinText) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) isWithinText = false;
    } else if (code === QUOTE) isWithinText = true;
    else if (CLOSING.has(code)) depth -= 1;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > most) return true;
    }
  }
  return false;
}
