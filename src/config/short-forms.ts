/** What each short form stands for, so that a map can be merged onto one. */

import type { Path } from "./tree.ts";

type Expansion = (value: unknown) => Record<string, unknown> | null;

/** `*` stands for any one key. Paths are those of a process, or of the project where they begin with `/`. */
const SHORT_FORMS: readonly (readonly [path: string, expand: Expansion])[] = [
  ["/processes.*", (command) => (typeof command === "string" ? { command } : null)],
  ["/groups.*", (members) => ({ members })],
  ["/profiles.*", (processes) => ({ processes })],
  ["restart", (policy) => ({ policy })],
  ["dependsOn", (names) => Object.fromEntries((names as string[]).map((name) => [name, {}]))],
  ["dependsOn.*", (condition) => ({ condition })],
  ["port", (number) => ({ number })],
  ["ready.http", (url) => ({ url })],
  ["health.http", (url) => ({ url })],
  ["ready.log", (pattern) => ({ pattern })],
  ["health.log", (pattern) => ({ pattern })],
  ["watch", (paths) => (typeof paths === "string" ? { paths: [paths] } : {})],
  ["schedule", (cron) => ({ cron })],
  ["balance", (mode) => ({ mode })],
  ["hooks.*", (command) => ({ command })],
];

/** The map that the scalar or list at `path` abbreviates; null when it abbreviates none. */
export function longForm(path: Path, value: unknown): Record<string, unknown> | null {
  if (value === null || Array.isArray(value) !== takesList(path)) return null;
  const found = SHORT_FORMS.find(([pattern]) => matches(pattern, path));
  return found ? found[1](value) : null;
}

function takesList(path: Path): boolean {
  const isNamed = path.length === 2 && (path[0] === "groups" || path[0] === "profiles");
  return isNamed || insideProcess(path)?.join(".") === "dependsOn";
}

function matches(pattern: string, path: Path): boolean {
  const within = pattern.startsWith("/") ? path : insideProcess(path);
  if (within === null) return false;
  const wanted = pattern.replace(/^\//, "").split(".");
  return (
    wanted.length === within.length && wanted.every((key, at) => key === "*" || key === within[at])
  );
}

/** The path within a process or within `defaults`; null outside both. */
export function insideProcess(path: Path): Path | null {
  if (path[0] === "processes" && path.length > 2) return path.slice(2);
  if (path[0] === "defaults" && path.length > 1) return path.slice(1);
  return null;
}
