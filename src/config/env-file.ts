/** Files of variables in the dotenv syntax: `export`, comments, quotes, values over several lines. */

export type EnvFile =
  | { readonly ok: true; readonly variables: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly line: number; readonly message: string };

const NAME = /(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/y;
const BLANK = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;

/**
 * Values stay as they are: no `${…}` in them is expanded. Unquoted ones end at ` #` or at the line's end; `'…'` is
 * literal; in `"…"` `\n`, `\r`, `\t`, `\"`, `\\` and `\$` are read. Both kinds of quotes may span lines.
 */
export function parseEnvFile(text: string): EnvFile {
  const variables: Record<string, string> = Object.create(null);
  let at = 0;
  const failure = (message: string): EnvFile => ({ ok: false, line: lineAt(text, at), message });
  while (at < text.length) {
    const blank = match(BLANK, text, at);
    if (blank) {
      at += Math.max(blank[0].length, 1);
      continue;
    }
    at += /^[ \t]*/.exec(text.slice(at, at + 1_000))![0].length;
    const name = match(NAME, text, at);
    if (!name) return failure("expected NAME=value");
    const value = readValue(text, at + name[0].length);
    if (value === null)
      return failure(`the quote that begins the value of ${name[1]} is not closed`);
    variables[name[1]!] = value.value;
    at = value.end;
    const rest = match(BLANK, text, at);
    if (!rest) return failure(`there is more after the value of ${name[1]}`);
    at += Math.max(rest[0].length, 1);
  }
  return { ok: true, variables };
}

interface Value {
  readonly value: string;
  readonly end: number;
}

const SINGLE = /'([^']*)'/y;
const DOUBLE = /"((?:[^"\\]|\\[\s\S])*)"/y;
const BACKTICK = /`([^`]*)`/y;
const BARE = /(?:(?![ \t]#)[^\n\r])*/y;

function readValue(text: string, start: number): Value | null {
  const quote = text[start];
  if (quote === "'" || quote === "`") {
    const found = match(quote === "'" ? SINGLE : BACKTICK, text, start);
    return found && { value: found[1]!, end: start + found[0].length };
  }
  if (quote === '"') {
    const found = match(DOUBLE, text, start);
    return found && { value: unescape(found[1]!), end: start + found[0].length };
  }
  if (quote === "#") return { value: "", end: start };
  const found = match(BARE, text, start)!;
  return { value: found[0].trim(), end: start + found[0].length };
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  '"': '"',
  "\\": "\\",
  $: "$",
};

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, (whole, letter: string) => ESCAPES[letter] ?? whole);
}

function match(regex: RegExp, text: string, at: number): RegExpExecArray | null {
  regex.lastIndex = at;
  return regex.exec(text);
}

function lineAt(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
