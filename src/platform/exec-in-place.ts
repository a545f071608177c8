/** Replaces the program of this process: same pid, same children. */

/** Does not return. */
export function execInPlace(command: readonly string[], env: NodeJS.ProcessEnv): never {
  const [program = ""] = command;
  // The types do not know it yet.
  const self = process as unknown as {
    execve(program: string, args: readonly string[], env: NodeJS.ProcessEnv): never;
  };
  return self.execve(program, command, env);
}
