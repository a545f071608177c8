export function execInPlace(argv: string[], env: NodeJS.ProcessEnv): never {
  return (process as unknown as { execve(p: string, a: string[], e: NodeJS.ProcessEnv): never }).execve(argv[0]!, argv, env);
}
