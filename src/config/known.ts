/** What a daemon knows of the project that is being read: its runtime updates, its profiles, its callers' environments. */

import type { KnownProject } from "../model/known-project.ts";

type Environment = Readonly<Record<string, string>>;

/** Those of the known projects that were started from these very files. */
export function knownFrom(
  known: readonly KnownProject[],
  directory: string,
  files: readonly string[],
): readonly KnownProject[] {
  return known.filter(
    (project) =>
      project.directory === directory &&
      project.files.length === files.length &&
      project.files.every((file, at) => file === files[at]),
  );
}

/** The one of that name; it may have got a suffix, because another project had the name. */
export function knownAs(known: readonly KnownProject[], name: string): KnownProject | null {
  const suffixed = (other: string): boolean =>
    other.startsWith(`${name}-`) && /^-[0-9a-f]{1,4}$/.test(other.slice(name.length));
  return (
    known.find((project) => project.name === name) ??
    known.find((project) => suffixed(project.name)) ??
    null
  );
}

/** The one that is probably meant, before the configuration says its name: the only one, or that of `-p`. */
export function knownBefore(
  known: readonly KnownProject[],
  name: string | null,
): KnownProject | null {
  if (name !== null) return knownAs(known, name);
  return known.length === 1 ? (known[0] ?? null) : null;
}

/** The environment that most of a project was first started with. */
export function firstEnv(known: KnownProject | null): Environment | null {
  const [most] = (known?.callerEnvs ?? []).toSorted(
    (one, other) => other.processes.length - one.processes.length,
  );
  return most?.env ?? null;
}

/** The environment that a process has from its caller: the one that it was first started with, else this caller's. */
export function callerEnvs(
  known: KnownProject | null,
  caller: Environment,
): (process: string) => Environment {
  const captured = new Map<string, Environment>();
  for (const { processes, env } of known?.callerEnvs ?? []) {
    for (const process of processes) captured.set(process, env);
  }
  return (process) => captured.get(process) ?? caller;
}
