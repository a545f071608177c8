/** Temporary projects for the tests of the configuration. */

import { onTestFinished } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type LoadedProject, type LoadOptions, loadProject } from "../../src/config/load.ts";
import type { ProcessSpec } from "../../src/model/spec.ts";

/** A new directory with these files in it, for as long as the test runs; a file's content is text, or data to be written as JSON. */
export function folderOf(files: Readonly<Record<string, unknown>>): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "procman-test-config-")));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(
      join(folder, name),
      typeof content === "string" ? content : JSON.stringify(content),
    );
  }
  return folder;
}

export type Options = Partial<LoadOptions>;

export function load(folder: string, options: Options = {}) {
  return loadProject({
    directory: folder,
    files: [],
    project: null,
    profiles: [],
    env: {},
    ...options,
  });
}

/** The project of these files; a test that calls this expects it to be sound. */
export async function loaded(
  files: Readonly<Record<string, unknown>>,
  options: Options = {},
): Promise<LoadedProject> {
  const result = await load(folderOf(files), options);
  if (!result.ok) throw new Error(result.problems.map((problem) => problem.message).join("\n"));
  return result.project;
}

/** The resolved process `a` of a project that has only it. */
export async function processOf(keys: unknown, options: Options = {}): Promise<ProcessSpec> {
  const project = await loaded({ "procman.json": { processes: { a: keys } } }, options);
  return project.spec.processes["a"]!;
}

/** Every problem of these files: the message, and the hint after ` | `. */
export async function problemsOf(
  files: Readonly<Record<string, unknown>>,
  options: Options = {},
): Promise<readonly string[]> {
  const result = await load(folderOf(files), options);
  if (result.ok) return [];
  return result.problems.map(({ message, hint }) =>
    hint === null ? message : `${message} | ${hint}`,
  );
}
