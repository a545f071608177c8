/** The script `dev` of a package.json, or else `start`, as process `app`. */

import { Lines } from "../documents/lines.ts";
import { readDocument } from "../documents/read.ts";
import { isMap } from "../tree.ts";
import { failed, type Imported, type Importer, type ImportRequest } from "./importer.ts";

export const packageScript: Importer = { files: ["package.json"], read };

const SCRIPTS = ["dev", "start"];

/** The script that would be run; null when there is none. */
export function scriptOf(data: unknown): string | null {
  const scripts = isMap(data) ? data["scripts"] : null;
  if (!isMap(scripts)) return null;
  return SCRIPTS.find((name) => typeof scripts[name] === "string") ?? null;
}

async function read({ file }: ImportRequest): Promise<Imported> {
  const document = await readDocument(file);
  if (!document.ok) return failed(document.message, document.line);
  const script = scriptOf(document.data);
  if (script === null) return failed("it has neither a script `dev` nor a script `start`");
  const lines = new Lines();
  lines.add(["processes", "app"], document.lines.of(["scripts", script]) ?? 1, 0);
  return {
    ok: true,
    data: { processes: { app: { command: ["bun", "run", script] } } },
    lines,
    notices: [`its script "${script}" is process "app"`],
  };
}
