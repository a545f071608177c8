/** `BUN_OPTIONS` with a file that Bun loads before the program. Bun takes the variable apart as a shell would, at blanks and
 *  by quotes, and takes no blank in `--preload=FILE`, however it is quoted (tried on 1.4.5). */
export function withPreload(options: string | undefined, file: string): string {
  const quoted = file.replaceAll(/[\s\\'"]/g, String.raw`\$&`);
  return [`--preload ${quoted}`, options ?? ""].join(" ").trim();
}
