/** Globs over names and types: `*` is any text, `?` any one character. */

export function matchesGlob(glob: string, text: string): boolean {
  return globPattern(glob).test(text);
}

export function isGlob(text: string): boolean {
  return text.includes("*") || text.includes("?");
}

function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}
