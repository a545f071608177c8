/** What starts a file that was named like a command: shells and procman look for commands on PATH alone. */

/** Those that people have; a file that is executable needs none. */
const INTERPRETERS: readonly (readonly [file: RegExp, interpreter: string])[] = [
  [/\.[cm]?[jt]sx?$/, "bun"],
  [/\.py$/, "python3"],
  [/\.rb$/, "ruby"],
  [/\.php$/, "php"],
  [/\.pl$/, "perl"],
  [/\.jar$/, "java -jar"],
  [/\.(?:ba)?sh$/, "sh"],
];

/** Commands that would start it, the best first: `./web.js`, `bun web.js`; none where its name tells nothing. */
export function commandsOfFile(file: string, isExecutable: boolean): readonly string[] {
  const own = isExecutable ? [file.includes("/") ? file : `./${file}`] : [];
  const found = INTERPRETERS.find(([pattern]) => pattern.test(file));
  return found === undefined ? own : [...own, `${found[1]} ${file}`];
}

/** `'./web.js' or 'bun web.js'`. */
export function quotedCommands(commands: readonly string[]): string {
  return commands.map((command) => `'${command}'`).join(" or ");
}
