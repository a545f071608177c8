/** What is measured: the bundle, which is what users run, made for this run; with `--sources` the sources. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { installBundle } from "../src/bundle.ts";

export const MAIN = process.argv.includes("--sources")
  ? resolve(import.meta.dir, "../src/cli/main.ts")
  : await bundled();

async function bundled(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), "procman-bench-bundle-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  return installBundle(directory);
}
