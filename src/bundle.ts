/** What is shipped beside the sources: a bundle of them, which starts sooner and needs less memory. `bun run build`
 *  writes it for the package; a checkout runs its sources. */

import { cpSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };
import { makeDashboardPage } from "./dashboard-page.ts";
import { PROGRAMS } from "./programs.ts";

const REPOSITORY = resolve(import.meta.dir, "..");
const ENTRY = "src/cli/main.ts";
/** Of another source: what stands before its path, and the path without its ending. */
const SOURCE_IMPORT = /(\bfrom "|\bimport\(")(\.[^"]+)\.ts"/g;

if (import.meta.main) await writeBundle(REPOSITORY);

/** Makes a directory an installed package, as far as running it goes; the command's program in it. */
export async function installBundle(directory: string): Promise<string> {
  await writeBundle(directory);
  cpSync(join(REPOSITORY, ENTRY), join(directory, ENTRY));
  cpSync(join(REPOSITORY, "docs"), join(directory, "docs"), { recursive: true });
  return join(directory, ENTRY);
}

async function writeBundle(directory: string): Promise<void> {
  const outdir = join(directory, "dist");
  rmSync(outdir, { recursive: true, force: true });
  await Bun.build({
    entrypoints: PROGRAMS.map((program) => join(REPOSITORY, "src", `${program}.ts`)),
    root: join(REPOSITORY, "src"),
    outdir,
    target: "bun",
    splitting: true,
    minify: true,
    // Traces name the lines of the sources. Bun reads them with the first trace that is asked for (3 to 8 ms, 2.3 MB).
    sourcemap: "linked",
  });
  await Bun.write(join(outdir, "dashboard.html"), await makeDashboardPage());
  await Bun.write(join(outdir, "licenses.txt"), await licenses());
  await writeTypes(join(outdir, "types"));
}

/** The types of what programs import are its sources. TypeScript takes imports that end in `.ts` only when it is told to
 *  (`allowImportingTsExtensions`), which is nobody's duty for the sake of a package, and finds the same files by `.js`. */
async function writeTypes(directory: string): Promise<void> {
  const sources = new Set(["index.ts", "child.ts"]);
  for (const path of sources) {
    const text = readFileSync(join(REPOSITORY, "src", path), "utf8");
    for (const [, , name = ""] of text.matchAll(SOURCE_IMPORT)) {
      sources.add(join(path, "..", `${name}.ts`));
    }
    const asTypes = text
      .replaceAll(SOURCE_IMPORT, '$1$2.js"')
      .replaceAll('/package.json"', '/../package.json"');
    await Bun.write(join(directory, path), asTypes);
  }
}

/** Of the packages that are in the bundle. */
async function licenses(): Promise<string> {
  const texts = Object.keys(manifest.dependencies).map(async (name) => {
    const text = await Bun.file(join(REPOSITORY, "node_modules", name, "LICENSE")).text();
    return `${name}\n\n${text}`;
  });
  return (await Promise.all(texts)).join("\n\n");
}
