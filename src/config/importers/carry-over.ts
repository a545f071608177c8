/** What remains of an imported project when the keys that this version cannot put in force are left out, which is said. */

import { notYetKeys } from "../not-yet.ts";
import { isMap, type Path, showPath } from "../tree.ts";

type Keys = Readonly<Record<string, unknown>>;

export interface CarriedOver {
  readonly processes: Readonly<Record<string, Record<string, unknown>>>;
  readonly notices: readonly string[];
}

/** Importers translate all that procman has a word for; so a feature that arrives is imported without a change to them. */
export function carryOver(processes: Readonly<Record<string, Keys>>): CarriedOver {
  const notices: string[] = [];
  const kept = Object.entries(processes).map(([name, process]) => {
    const refused = notYetKeys(process);
    if (refused.length > 0) notices.push(notYetNotice(name, refused));
    return [name, refused.reduce<Keys>(leaveOut, process)] as const;
  });
  return { processes: Object.fromEntries(kept), notices };
}

function notYetNotice(name: string, refused: readonly Path[]): string {
  const keys = refused.map((path) => `\`${showPath(path)}\``).join(", ");
  return `of "${name}", ${keys} is left out, as procman cannot do that yet`;
}

function leaveOut(process: Keys, path: Path): Keys {
  const [key = ""] = path;
  // A probe without its kind is none.
  return without(process, key === "ready" || key === "health" ? [key] : path) as Keys;
}

/** The data without the value at the path, and without the maps that are empty then. */
function without(data: unknown, [key = "", ...rest]: Path): unknown {
  if (!isMap(data) || !Object.hasOwn(data, key)) return data;
  const { [key]: inner, ...others } = data;
  const kept = rest.length === 0 ? undefined : without(inner, rest);
  const isEmpty = kept === undefined || (isMap(kept) && Object.keys(kept).length === 0);
  if (isEmpty) return others;
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, name === key ? kept : value]),
  );
}
