/** How systemd wants its unit files written; systemd.syntax(7). */

/** The value of `ExecStart` and its kin. */
export function commandLine(program: string, args: readonly string[]): string {
  return [program, ...args].map((one) => word(one).replaceAll("$", "$$$$")).join(" ");
}

/** One word of a setting, as systemd.syntax(7) wants it quoted; specifiers begin with `%`. */
export function word(raw: string): string {
  const escaped = raw
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replaceAll("%", "%%");
  return /^[\w@+=:,./%-]+$/.test(escaped) ? escaped : `"${escaped}"`;
}

export type Setting = readonly [name: string, value: string];

export function unitText(
  sections: readonly (readonly [title: string, settings: readonly Setting[]])[],
): string {
  return sections
    .map(([title, settings]) =>
      [`[${title}]`, ...settings.map(([name, value]) => `${name}=${value}`), ""].join("\n"),
    )
    .join("\n");
}
