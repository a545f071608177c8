/** Another release of procman, installed beside the present one: its sources with another version, or more changed. */

import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Ran, Sandbox } from "./sandbox.ts";

const ROOT = resolve(import.meta.dir, "../..");

export class Release {
  readonly source: string;
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox, version: string) {
    const root = join(sandbox.root, `procman-${version}`);
    this.source = join(root, "src");
    this.#sandbox = sandbox;
    cpSync(join(ROOT, "src"), this.source, { recursive: true });
    symlinkSync(join(ROOT, "node_modules"), join(root, "node_modules"));
    const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as object;
    writeFileSync(join(root, "package.json"), JSON.stringify({ ...manifest, version }));
  }

  /** Changes a file of its sources, which has to have that text. */
  edit(file: string, before: string, after: string): this {
    const path = join(this.source, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    writeFileSync(path, text.replace(before, after));
    return this;
  }

  run(line: string): Promise<Ran> {
    const main = join(this.source, "cli/main.ts");
    return this.#sandbox.shell(
      `exec ${process.execPath} --config=/dev/null --no-env-file ${main} ${line}`,
    );
  }
}
