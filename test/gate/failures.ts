/** The failed tests of `bun test --dots --parallel`, read from its output, with what was printed about each. */

export interface Failure {
  readonly file: string;
  readonly title: string;
  /** The lines that end with the one of its failure. */
  readonly about: string;
}

/** More is above, in the whole output. */
const ABOUT_MOST_LINES = 60;

const FILE = /^(\S+\.test\.ts):$/;
const FAILED = /^\(fail\) (.*?)(?: \[[\d.]+m?s\])?$/;
/** A file whose process has died: its other tests were not run. */
const DIED = /^✗ (\S+\.test\.ts) \((.*)\)$/;
const DOTS = /^\.+$/;

/** None when what failed was no test: an error between tests has no line of its own. */
export function failuresIn(output: string): Failure[] {
  const failures: Failure[] = [];
  const lines = output.split("\n");
  let file = "";
  let since = 0;
  for (const [at, line] of lines.entries()) {
    const [, heading] = FILE.exec(line) ?? [];
    const [, title] = FAILED.exec(line) ?? [];
    const [, died, how] = DIED.exec(line) ?? [];
    file = heading ?? died ?? file;
    const failed = title ?? how;
    if (failed !== undefined) {
      const end = lines[at + 1]?.startsWith("  ^ ") === true ? at + 2 : at + 1;
      const about = lines
        .slice(Math.max(since, end - ABOUT_MOST_LINES), end)
        .join("\n")
        .trim();
      failures.push({ file, title: failed, about });
    }
    if (failed !== undefined || heading !== undefined || DOTS.test(line)) since = at + 1;
  }
  return failures;
}
