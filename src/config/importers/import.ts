/** Other tools' files that procman can start from when a project has no configuration of its own. */

import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { failed, type Imported, type Importer, type ImportRequest } from "./importer.ts";
import { packageScript, scriptOf } from "./package-script.ts";
import { packageScripts } from "./package-scripts.ts";
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

/** For files that are named, `config import FILE`: by what they hold, with patterns of their names. */
const FORMATS: Readonly<Record<string, readonly [importer: Importer, name: RegExp]>> = {
  procfile: [procfile, /^procfile/i],
  "process-compose": [processCompose, /\bprocess-compose\b.*\.ya?ml$/],
  pm2: [pm2, /\becosystem\b|\bpm2\b|^process\.(?:json|ya?ml|c?js)$/],
  package: [packageScripts, /^package\.json$/],
};

export const FORMAT_NAMES: readonly string[] = Object.keys(FORMATS);

/** Reads a file that is named, by its format or else by its name. */
export async function importFile(
  file: string,
  format: string | null,
  env: ImportRequest["env"],
): Promise<Imported> {
  const importer = format === null ? importerFor(file) : FORMATS[format]?.[0];
  if (importer) return importer.read({ file, profiles: [], env });
  return failed(
    format === null
      ? "its name says not what it is"
      : `the format is not one of ${FORMAT_NAMES.join(", ")}`,
  );
}

/** The importer for a file, by its name. */
export function importerFor(file: string): Importer | null {
  const name = basename(file);
  return Object.values(FORMATS).find(([, pattern]) => pattern.test(name))?.[0] ?? null;
}

/** A package.json that cannot be read is no business of ours: its own tools will complain. */
function hasScript(file: string): boolean {
  try {
    return scriptOf(JSON.parse(readFileSync(file, "utf8"))) !== null;
  } catch {
    return false;
  }
}
