/** One step of the gate: a command, its time, and what it had to say when it failed. */

export interface Step {
  readonly name: string;
  /** `bun` as the first word means the Bun that runs the gate. */
  readonly argv: readonly [string, ...string[]];
  /** True: its output is shown while it runs. */
  readonly live?: boolean;
}

export interface StepResult {
  readonly ok: boolean;
  /** Both streams, as they came. */
  readonly output: string;
}

export async function runStep(
  { name, argv, live = false }: Step,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<StepResult> {
  const startedAt = performance.now();
  const [program, ...rest] = argv;
  const child = Bun.spawn([program === "bun" ? process.execPath : program, ...rest], {
    env: { ...env, NO_COLOR: "1", FORCE_COLOR: undefined },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let output = "";
  const collect = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      const text = decoder.decode(bytes, { stream: true });
      output += text;
      if (live) process.stdout.write(text);
    }
  };
  await Promise.all([collect(child.stdout), collect(child.stderr), child.exited]);
  const ok = child.exitCode === 0;
  if (!ok && !live) console.log(output.trimEnd());
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  console.log(`${ok ? "✓" : "✗"} ${name} (${seconds} s)${ok ? "" : `: ${argv.join(" ")}`}`);
  return { ok, output };
}
