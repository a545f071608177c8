/** Other tools' files that procman can start from when a project has no configuration of its own. */

import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Importer } from "./importer.ts";
import { packageScript, scriptOf } from "./package-script.ts";
import { pm2 } from "./pm2.ts";
import { processCompose } from "./process-compose.ts";
import { procfile } from "./procfile.ts";

/** In the order in which they are looked for. */
const IMPORTERS: readonly Importer[] = [procfile, processCompose, pm2, packageScript];

/** The first file in `directory` that an importer reads; null when there is none. */
export function findForeign(
  directory: string,
): { readonly file: string; readonly importer: Importer } | null {
  for (const importer of IMPORTERS) {
    const name = importer.files.find((candidate) => existsSync(join(directory, candidate)));
    if (name === undefined) continue;
    const file = join(directory, name);
    if (importer !== packageScript || hasScript(file)) return { file, importer };
  }
  return null;
}

/** The importer for a file that is named, by its name: `config import FILE`. */
export function importerFor(file: string): Importer | null {
  const name = basename(file);
  return (
    IMPORTERS.find((importer) => importer.files.includes(name)) ??
    (name.startsWith("Procfile") ? procfile : null) ??
    (/\becosystem\b/.test(name) ? pm2 : null) ??
    (/\bprocess-compose\b/.test(name) ? processCompose : null)
  );
}

/** A package.json that cannot be read is no business of ours: its own tools will complain. */
function hasScript(file: string): boolean {
  try {
    return scriptOf(JSON.parse(readFileSync(file, "utf8"))) !== null;
  } catch {
    return false;
  }
}
