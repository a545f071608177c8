/** The scripts of a package.json that go on running: what `config import package.json` takes. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Lines } from "../documents/lines.ts";
import { readDocument } from "../documents/read.ts";
import { isMap } from "../tree.ts";
import {
  failed,
  imported,
  type Imported,
  type Importer,
  type ImportRequest,
  legalNames,
} from "./importer.ts";

export const packageScripts: Importer = { files: ["package.json"], read };

/** The first that is there, alone or as the beginning of others (`dev:web`), is what runs. */
const FAMILIES = ["dev", "start", "serve", "watch"];

/** What runs several scripts at once. */
const RUNNERS = /\b(?:concurrently|npm-run-all2?|run-p|bun run --parallel)\b|(?<!&)&(?!&)/;
/** What runs one after the other has to stay together. */
const SEQUENCE = /&&|;/;

async function read({ file }: ImportRequest): Promise<Imported> {
  const document = await readDocument(file);
  if (!document.ok) return failed(document.message, document.line);
  const given = isMap(document.data) ? document.data["scripts"] : null;
  const scripts = new Map(
    Object.entries(isMap(given) ? given : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
  const taken = scriptsThatRun(scripts);
  if (taken.length === 0) {
    const wanted = FAMILIES.map((name) => `\`${name}\``).join(", ");
    return failed(`it has no script that goes on running: none of ${wanted}`);
  }
  const renamed = legalNames(taken);
  if (!renamed.ok) return failed(renamed.message);
  const runner = runnerOf(document.data, dirname(file));
  const lines = new Lines();
  const processes = taken.map((script) => {
    const name = taken.length === 1 ? "app" : renamed.names.get(script)!;
    lines.add(["processes", name], document.lines.of(["scripts", script]) ?? 1, 0);
    return [name, { command: [runner, "run", script] }] as const;
  });
  const rest = [...scripts.keys()].filter((script) => !taken.includes(script));
  return imported({ processes: Object.fromEntries(processes) }, lines, [
    ...(taken.length === 1 ? [`its script "${taken[0]}" is process "app"`] : renamed.notices),
    ...(rest.length === 0 ? [] : [`the scripts ${rest.join(", ")} are left out`]),
  ]);
}

/** One script, or those that it runs at once, each as a process of its own. */
function scriptsThatRun(scripts: ReadonlyMap<string, string>): readonly string[] {
  for (const family of FAMILIES) {
    const text = scripts.get(family);
    const parts = [...scripts.keys()].filter((name) => name.startsWith(`${family}:`));
    if (text === undefined && parts.length === 0) continue;
    if (text === undefined) return parts;
    if (!RUNNERS.test(text) || SEQUENCE.test(text)) return [family];
    const named = [...scripts.keys()].filter((name) => name !== family && names(text, name));
    return named.length === 0 ? [family] : named;
  }
  return [];
}

/** True when a word of the command line is the script's name, or a glob of it, as `npm:dev:*`. */
function names(text: string, script: string): boolean {
  const words = text.split(/[\s"'&|;]+/).map((word) => word.replace(/^npm:/, ""));
  return words.some((word) => word === script || new Bun.Glob(word).match(script));
}

const LOCK_FILES: readonly (readonly [file: string, runner: string])[] = [
  ["bun.lock", "bun"],
  ["bun.lockb", "bun"],
  ["pnpm-lock.yaml", "pnpm"],
  ["yarn.lock", "yarn"],
  ["package-lock.json", "npm"],
];

/** What the project is worked on with; Bun when nothing says so. */
function runnerOf(data: unknown, directory: string): string {
  const named = isMap(data) ? data["packageManager"] : null;
  const manager = typeof named === "string" ? /^(?:bun|pnpm|yarn|npm)(?=@)/.exec(named)?.[0] : null;
  return manager ?? LOCK_FILES.find(([file]) => existsSync(join(directory, file)))?.[1] ?? "bun";
}
