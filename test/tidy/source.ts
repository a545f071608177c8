/** The project's own TypeScript files and what they import, as the tidy tests look at them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dir, "..", "..");

export interface SourceFile {
  /** Relative to the root of the repository, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every TypeScript file under the given folders, in the order of their paths. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => [...new Bun.Glob(`${folder}/**/*.{ts,tsx}`).scanSync({ cwd: ROOT })])
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), "utf8") }));
}

/** The forms that formatted source knows. `Bun.Transpiler.scanImports` would leave out the imports of types. */
const IMPORT_FORMS: readonly RegExp[] = [
  /^(?:import|export)\s[^;'"]*?\sfrom\s+["']([^"']+)["']/gm,
  /^import\s+["']([^"']+)["']/gm,
  /\bimport\(\s*["']([^"']+)["']/g,
  /\bnew URL\(\s*["'](\.[^"']+\.ts)["'],\s*import\.meta\.url/g,
];

/** What a file names in its imports: types, dynamic imports and workers too, comments not. */
export function importsOf(file: SourceFile): string[] {
  const code = file.text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/^\s*\/\/.*$/gm, "");
  return IMPORT_FORMS.flatMap((form) => [...code.matchAll(form)].map(([, name]) => name ?? ""));
}

/** The file that a relative import means, relative to the root; null for packages and built-ins. */
export function importedPath(from: SourceFile, name: string): string | null {
  return name.startsWith(".") ? join(from.path, "..", name) : null;
}
