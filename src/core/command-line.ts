/** Command lines: when a shell is needed to run one, and its words when none is. */

/** Characters that only a shell understands. Quotes are not among them: `splitWords` reads those. */
const SHELL_SYNTAX = /[|&;<>()$`\\*?[\]#~{}!\n\r]/;

/** Words that only a shell knows as commands. */
const SHELL_WORDS = new Set(
  (
    ". : [[ alias bg break builtin case cd command continue declare dirs disown do done elif else esac eval exec exit " +
    "export fg fi for function getopts hash if in jobs let local popd pushd read readonly return select set shift " +
    "shopt source then times trap type typeset ulimit umask unalias unset until wait while"
  ).split(" "),
);

/** A template's `${…}`, which procman expands itself. */
const TEMPLATE = /\$\{[^}]*\}/g;

/** True when `line` (with its `${…}` unexpanded) has syntax, built-ins or assignments of the shell in it. */
export function needsShell(line: string): boolean {
  if (SHELL_SYNTAX.test(line.replace(TEMPLATE, "x"))) return true;
  const words = splitWords(line);
  const first = words?.[0];
  return first === undefined || SHELL_WORDS.has(first) || /^[A-Za-z_]\w*=/.test(first);
}

/** The words of a line without shell syntax, quotes taken off; null when a quote is left open. */
export function splitWords(line: string): readonly string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let rest = line;
  while (rest.length > 0) {
    const token = /^(?:[ \t]+|\$\{[^}]*\}|"[^"]*"|'[^']*'|[^ \t"'])/.exec(rest)?.[0];
    if (token === undefined) return null;
    rest = rest.slice(token.length);
    if (/^[ \t]/.test(token)) {
      if (word !== null) words.push(word);
      word = null;
    } else {
      word = (word ?? "") + (/^["']/.test(token) ? token.slice(1, -1) : token);
    }
  }
  return word === null ? words : [...words, word];
}
