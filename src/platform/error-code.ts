/** What the system calls an error: `ENOENT`, `EACCES` …; `EUNKNOWN` where it does not say. */

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "EUNKNOWN";
}
