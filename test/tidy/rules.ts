/** Rules of the house that a linter does not know, each with the files it holds for. */

import { homedir } from "node:os";
import { basename } from "node:path";
import { importsOf, ROOT, type SourceFile } from "./source.ts";

export interface Rule {
  /** What holds, as a sentence. */
  readonly promise: string;
  /** What breaks it in one file: where, and what. */
  readonly faults: (file: SourceFile) => readonly string[];
}

const LINES_MAX = 300;
const EMPTY_NAMES = /(?:^|[-.])(?:utils?|helpers?|misc|common|managers?)(?:$|[-.])/;
const FOREIGN_FUNCTIONS: readonly string[] = [
  "src/platform/libc.ts",
  "src/platform/libc-descriptors.ts",
  "src/platform/libc-limits.ts",
  "src/platform/libc-sockets.ts",
  "src/logs/libc.ts",
];
const PURE = /^src\/(?:model|core|protocol|choreographer)\//;
const IMPORT_ENDINGS = /\.(?:tsx?|json|html|css|txt|md)$/;
/** The directories of whoever runs the tests, so that each of us finds our own. */
const OWN_DIRECTORIES = [ROOT, homedir()].filter((directory) => directory !== "/");

export const RULES: readonly Rule[] = [
  {
    promise: `no file is longer than ${LINES_MAX} lines`,
    faults: ({ text }) => {
      const lines = text.trimEnd().split("\n").length;
      return lines > LINES_MAX ? [`${lines} lines`] : [];
    },
  },
  {
    promise: "every file says what it is for, on top or at what it exports first",
    faults: ({ path, text }) => {
      if (!path.startsWith("src/")) return [];
      const comment = text.indexOf("/**");
      const firstExport = /^export /m.exec(text)?.index ?? text.length;
      return comment < 0 || comment > firstExport ? ["no doc comment before the first export"] : [];
    },
  },
  {
    promise: "names are kebab-case, and no file or folder is called by a word that says nothing",
    faults: ({ path }) =>
      path
        .split("/")
        .filter((part) => !/^[a-z0-9.-]+$/.test(part) || EMPTY_NAMES.test(part))
        .map((part) => `'${part}'`),
  },
  {
    promise: "no folder has a barrel, except the package its own",
    faults: ({ path }) =>
      basename(path) === "index.ts" && path !== "src/index.ts" ? ["an index.ts"] : [],
  },
  {
    promise: "relative imports name the file with its ending",
    faults: (file) =>
      importsOf(file).filter((name) => name.startsWith(".") && !IMPORT_ENDINGS.test(name)),
  },
  {
    promise: "foreign functions are called in the libc modules alone",
    faults: (file) =>
      importsOf(file).includes("bun:ffi") && !FOREIGN_FUNCTIONS.includes(file.path)
        ? ["bun:ffi"]
        : [],
  },
  {
    promise: "the pure layers do not ask what time it is",
    faults: ({ path, text }) =>
      PURE.test(path) && /\bDate\(\)/.test(text) ? ["new Date() without a time"] : [],
  },
  {
    promise: "a catch that does nothing says why",
    faults: ({ text }) =>
      [...text.matchAll(/\bcatch\s*(?:\([^)]*\)\s*)?\{\s*\}|\.catch\(\(\)\s*=>\s*\{\s*\}\)/g)].map(
        ({ 0: found, index }) => `line ${lineAt(text, index)}: ${found}`,
      ),
  },
  {
    promise: "no file knows the directories of one machine",
    faults: ({ text }) =>
      OWN_DIRECTORIES.filter((directory) => text.includes(`${directory}/`)).map(
        (directory) => `line ${lineAt(text, text.indexOf(`${directory}/`))}: ${directory}`,
      ),
  },
  {
    promise: "nothing is left to be done",
    faults: ({ text }) =>
      [...text.matchAll(/\b(?:TODO|FIXME|XXX|HACK)\b/g)].map(
        ({ 0: found, index }) => `line ${lineAt(text, index)}: ${found}`,
      ),
  },
];

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
