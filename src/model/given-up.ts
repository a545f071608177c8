/** Regular expressions that JavaScript gives up: where one goes back and forth too often, JavaScriptCore ends it and says
 *  that nothing matches, as it says of every other text that does not match (Bun 1.4.5, probed: `/^(a+)+$/` with 27 a's
 *  and a b, after a third of a second). */

/** To be asked of a text that is said not to match: whether that is not so, or nobody knows. Takes as long again. */
export function isGivenUp({ source, flags }: RegExp, text: string): boolean {
  // With the end of the text for another match there is one, unless it was given up.
  return !new RegExp(`(?:${source})|(?![^])`, flags.replace(/[gy]/g, "")).test(text);
}
