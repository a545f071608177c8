/** Keys that the schema knows and this version cannot put in force: said at once, never ignored. A feature that arrives takes its lines out. */

import type { Report } from "./report.ts";
import { isMap, type Node, originAt, type Path } from "./tree.ts";

interface NotYet {
  /** Keys from the top of the project, or of a process; `*` is any one key or list item. */
  readonly path: string;
  /** The values that are refused; every value that asks for something when absent. */
  readonly refused?: (value: unknown) => boolean;
  /** What to do meanwhile, as a sentence. */
  readonly instead: string;
}

type Prepared = NotYet & { readonly keys: Path };

/** By their first keys, with the paths taken apart once: there may be thousands of processes. */
function prepared(entries: readonly NotYet[]): ReadonlyMap<string, readonly Prepared[]> {
  const all = entries.map((entry) => ({ ...entry, keys: entry.path.split(".") }));
  return Map.groupBy(all, ({ keys }) => keys[0]!);
}

const IN_PROCESS = prepared([
  { path: "autoscale", instead: "Set `instances`." },
  { path: "standby", instead: "Set `instances` one higher." },
  {
    path: "balance",
    refused: (value) => modeOf(value) === "socket",
    instead: 'Use "proxy", for which no program has to be written.',
  },
]);

export function reportProcessNotYet(data: unknown, node: Node, report: Report): void {
  for (const refusal of processRefusals(data)) add(report, node, refusal);
}

/** The paths of a process's keys that would be refused. */
export function notYetKeys(process: Readonly<Record<string, unknown>>): readonly Path[] {
  return processRefusals(process).map(({ path }) => path);
}

interface Refusal {
  readonly path: Path;
  readonly text: string;
  readonly instead: string;
}

function processRefusals(data: unknown): readonly Refusal[] {
  if (!isMap(data)) return [];
  return refusalsOf(IN_PROCESS, data, []);
}

function refusalsOf(
  entries: ReturnType<typeof prepared>,
  data: unknown,
  around: Path,
): readonly Refusal[] {
  if (!isMap(data)) return [];
  const refusals: Refusal[] = [];
  for (const key of Object.keys(data)) {
    for (const { keys, refused = asksForSomething, instead } of entries.get(key) ?? []) {
      for (const [path, value] of valuesAt(data, keys, around)) {
        if (refused(value)) refusals.push({ path, text: "not supported yet", instead });
      }
    }
  }
  return refusals;
}

function add(report: Report, node: Node, { path, text, instead }: Refusal): void {
  report.add({ code: "NOT_SUPPORTED_YET", origin: originAt(node, path), text, hint: instead });
}

/** The values at a path with wildcards, each with its own path. */
function valuesAt(data: unknown, pattern: Path, path: Path): (readonly [Path, unknown])[] {
  const [key, ...rest] = pattern;
  if (key === undefined) return [[path, data]];
  if (data === null || typeof data !== "object") return [];
  const names = key === "*" ? Object.keys(data) : Object.hasOwn(data, key) ? [key] : [];
  return names.flatMap((name) => valuesAt(Reflect.get(data, name), rest, [...path, name]));
}

/** Off, empty and absent ask for nothing. */
function asksForSomething(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === "false") return false;
  if (value === 0) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}

function modeOf(value: unknown): unknown {
  return value !== null && typeof value === "object" ? Reflect.get(value, "mode") : value;
}
