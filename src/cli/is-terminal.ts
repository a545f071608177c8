/** Whether a descriptor is a terminal, without `node:tty`, which takes 7 ms to load: a third of a whole command. */

/** What `node:tty` itself asks; not documented, so it is not relied on to be there. */
type Binding = { readonly isTTY?: (fd: number) => boolean };

export function isTerminal(fd: number): boolean {
  const { binding } = process as unknown as { binding?: (name: string) => Binding };
  try {
    const answer = binding?.call(process, "tty_wrap").isTTY?.(fd);
    if (answer !== undefined) return answer;
  } catch {
    // Asked in the documented way instead.
  }
  return process.getBuiltinModule("node:tty").isatty(fd);
}
