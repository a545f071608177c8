/** What reading another tool's file gives: a configuration of ours as data, and what the user should be told of it. */

import { processNameProblem, slug } from "../../model/ids.ts";
import type { Lines } from "../documents/lines.ts";
import { carryOver } from "./carry-over.ts";

export interface ImportRequest {
  /** Absolute path. */
  readonly file: string;
  readonly profiles: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type Imported =
  | {
      readonly ok: true;
      readonly data: ImportedProject;
      /** Lines of the other file, under the paths that `data` has. */
      readonly lines: Lines;
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly message: string; readonly line: number | null };

export interface ImportedProject {
  readonly processes: Readonly<Record<string, Record<string, unknown>>>;
  readonly [key: string]: unknown;
}

export interface Importer {
  /** The files that it reads, by name, the first that is there. */
  readonly files: readonly string[];
  read(request: ImportRequest): Promise<Imported> | Imported;
}

export type Renamed =
  | {
      readonly ok: true;
      readonly names: ReadonlyMap<string, string>;
      readonly notices: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

/** A legal name for each of another tool's: `dev:web` becomes `dev-web`, and that is said. */
export function legalNames(names: readonly string[]): Renamed {
  const legal = new Map<string, string>();
  const takers = new Map<string, string>();
  for (const name of names) {
    const plain = slug(name);
    const fits = processNameProblem(plain) === null ? plain : slug(`app-${plain}`);
    const taker = takers.get(fits);
    if (taker !== undefined) {
      return { ok: false, message: `"${taker}" and "${name}" would both be named "${fits}"` };
    }
    takers.set(fits, name);
    legal.set(name, fits);
  }
  const notices = [...legal].flatMap(([name, fits]) =>
    name === fits ? [] : [`"${name}" is named "${fits}" here`],
  );
  return { ok: true, names: legal, notices };
}

/** What an importer has made, without what this version cannot put in force. */
export function imported(
  data: ImportedProject,
  lines: Lines,
  notices: readonly string[],
): Imported {
  const { processes, notices: left } = carryOver(data.processes);
  return { ok: true, data: { ...data, processes }, lines, notices: [...notices, ...left] };
}

/** The map without the keys that have no value. */
export function present(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** A value of a foreign file as text: what is no text there becomes what JSON says, and is refused with that. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

export function failed(message: string, line: number | null = null): Imported {
  return { ok: false, message, line };
}
