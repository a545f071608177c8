/** A configuration file's data and the lines of its keys. */

import { readFileSync, statSync } from "node:fs";
import { extname } from "node:path";
import { limits } from "../../model/limits.ts";
import { formatSize } from "../../model/size.ts";
import { jsonLines, placeAfterEnd } from "./json-lines.ts";
import { Lines } from "./lines.ts";
import { tomlLines } from "./toml-lines.ts";
import { yamlLines } from "./yaml-lines.ts";

export type Document =
  | { readonly ok: true; readonly data: unknown; readonly lines: Lines }
  | {
      readonly ok: false;
      readonly message: string;
      /** From 1, both null where the parser does not say. */
      readonly line: number | null;
      readonly column: number | null;
      /** The next step, where one is known. */
      readonly hint: string | null;
    };

interface Format {
  parse(text: string): unknown;
  lines(text: string): Lines;
}

const JSONC: Format = { parse: (text) => Bun.JSONC.parse(text), lines: jsonLines };
const YAML: Format = { parse: oneDocument, lines: yamlLines };

const FORMATS: Readonly<Record<string, Format>> = {
  ".json": { parse: (text) => JSON.parse(text), lines: jsonLines },
  ".jsonc": JSONC,
  ".yaml": YAML,
  ".yml": YAML,
  ".toml": { parse: (text) => Bun.TOML.parse(text), lines: tomlLines },
};

/** Of several documents the parser makes a list. */
function oneDocument(text: string): unknown {
  const data = Bun.YAML.parse(text);
  if (Array.isArray(data) && /^[^\s#-][\s\S]*^---(?:\s|$)/m.test(text)) {
    throw new Error("it holds several documents, and a configuration is one");
  }
  return data;
}

export function isDataFile(file: string): boolean {
  return Object.hasOwn(FORMATS, extname(file));
}

const PROGRAM = /\.[cm]?[jt]sx?$/;

export function isProgramFile(file: string): boolean {
  return PROGRAM.test(file);
}

/** A YAML, TOML, JSON or JSONC file; an empty one is an empty map. */
export async function readDocument(file: string): Promise<Document> {
  const text = readText(file);
  if (typeof text !== "string") return text;
  if (text.trim() === "") return { ok: true, data: {}, lines: new Lines() };
  const format = FORMATS[extname(file)];
  if (!format)
    return failure(
      `${extname(file) || "a name without an ending"} says no format that procman reads: .ts, .js, .json, .jsonc, .yaml, .yml and .toml do`,
    );
  try {
    const data = format.parse(text);
    return { ok: true, data: data ?? {}, lines: format.lines(text) };
  } catch (error) {
    return syntaxError(file, text, error);
  }
}

/** True when both keys of a suspected repetition are really there: renaming the later one makes one key more. */
export function isRepeated(file: string, text: string, at: Lines["repeated"][number]): boolean {
  if (!/^\.ya?ml$/.test(extname(file))) return true;
  const rows = text.split("\n");
  const row = rows[at.line - 1];
  if (row === undefined) return false;
  const renamed = "procman-repeated-key";
  rows[at.line - 1] =
    `${row.slice(0, at.column)}${renamed}${row.slice(row.indexOf(":", at.column))}`;
  try {
    let data: unknown = Bun.YAML.parse(rows.join("\n"));
    for (const key of at.path.slice(0, -1))
      data = data === null ? null : Reflect.get(Object(data), key);
    return data !== null && typeof data === "object" && Object.hasOwn(data, renamed);
  } catch {
    return false; // The scanner was wrong about what stands there, so there is nothing to tell.
  }
}

/** Its content without a byte order mark, or why there is none. */
export function readText(file: string): string | Extract<Document, { ok: false }> {
  try {
    const stat = statSync(file);
    if (!stat.isFile()) return failure(stat.isDirectory() ? "it is a directory" : "it is no file");
    if (stat.size > limits.configFileBytes) {
      return failure(
        `it has ${formatSize(stat.size)}, and at most ${formatSize(limits.configFileBytes)} are read`,
      );
    }
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    return failure(error instanceof Error ? reasonOf(error) : String(error));
  }
}

const QUOTES = "Inside `{ }` and `[ ]` YAML wants quotes around a string with `${…}` in it.";

/** Bun's parsers say what is wrong but not where; its bundler, given the same file, says both. */
async function syntaxError(file: string, text: string, error: unknown): Promise<Document> {
  if (error instanceof RangeError) return failure("it is nested too deeply");
  const said = error instanceof Error ? error.message : String(error);
  const built = await Bun.build({ entrypoints: [file], throw: false }).catch(() => null);
  const log = built?.logs.find((entry) => entry.position !== null);
  if (!log?.position) {
    const after = /^\.jsonc?$/.test(extname(file)) ? placeAfterEnd(text) : null;
    if (after !== null) return { ...failure("there is more after the end of it"), ...after };
  }
  if (!log?.position) return failure(said.replace(/^\w+ Parse error: /, ""));
  return {
    ok: false,
    message: log.message,
    line: log.position.line,
    column: log.position.column,
    hint: /^\.ya?ml$/.test(extname(file)) && log.position.lineText.includes("${") ? QUOTES : null,
  };
}

function failure(message: string): Extract<Document, { ok: false }> {
  return { ok: false, message, line: null, column: null, hint: null };
}

function reasonOf(error: Error): string {
  const code = Reflect.get(error, "code");
  if (code === "ENOENT") return "there is no such file";
  if (code === "EACCES") return "permission denied";
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return "it is not UTF-8";
  return error.message;
}
