/** Globs over names and types: `*` is any text, `?` any one character. */

/** Takes as many steps as glob times text at most, whoever writes the glob: an expression may take exponentially many. */
export function matchesGlob(glob: string, text: string): boolean {
  let [at, from] = [0, 0];
  /** The last star that was passed, and where what it stands for ends by now. */
  let [star, upTo] = [-1, 0];
  while (from < text.length) {
    if (glob[at] === "*") {
      [star, upTo] = [at, from];
      at += 1;
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === text[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      upTo += 1;
      [at, from] = [star + 1, upTo];
    } else return false;
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}

export function isGlob(text: string): boolean {
  return text.includes("*") || text.includes("?");
}
