/** What libc is called. */

interface Machine {
  readonly platform: string;
  readonly arch: string;
}

/** What `open` makes of the first libc that is there; null when it can make nothing of any. */
export function firstLibc<Libc>(machine: Machine, open: (name: string) => Libc): Libc | null {
  for (const name of namesOn(machine)) {
    try {
      return open(name);
    } catch {
      // The next name, or none: then the callers' own fallbacks serve.
    }
  }
  return null;
}

function namesOn({ platform, arch }: Machine): readonly string[] {
  if (platform === "darwin") return ["libSystem.B.dylib"];
  return ["libc.so.6", `libc.musl-${arch === "x64" ? "x86_64" : "aarch64"}.so.1`];
}
