/** The layers of a configuration, lowest first: the user's own, the project's files, the local one, the environment. */

import { relative } from "node:path";
import { isDataFile, isProgramFile, isRepeated, readDocument, readText } from "./documents/read.ts";
import type { Lines } from "./documents/lines.ts";
import { environmentLayers } from "./environment-layer.ts";
import { grow } from "./grow.ts";
import { importerFor } from "./importers/import.ts";
import type { Importer } from "./importers/importer.ts";
import { runProgram } from "./program.ts";
import { originIn, type Report } from "./report.ts";
import type { ConfigFiles } from "./search.ts";
import { isMap, type LayerKind, type Node, type Path, type Source } from "./tree.ts";

export interface LayerRequest {
  readonly files: ConfigFiles;
  readonly userFile: string | null;
  readonly directory: string;
  readonly profiles: readonly string[];
  /** The caller's: variables of it are the highest layer. */
  readonly env: Readonly<Record<string, string>>;
  /** What configuration programs see: that of the first caller, when the project is known. */
  readonly programEnv: Readonly<Record<string, string>>;
  /** Reads the project's file, when that is another tool's. */
  readonly importer: Importer | null;
}

/** Every layer; null when one cannot be read, for what is said of the rest would be misleading. */
export async function readLayers(
  request: LayerRequest,
  report: Report,
): Promise<readonly Node[] | null> {
  const { files, userFile } = request;
  const wanted: (readonly [string, LayerKind])[] = [
    ...(userFile === null ? [] : [[userFile, "user"] as const]),
    ...files.project.map((file) => [file, "project"] as const),
    ...(files.local === null ? [] : [[files.local, "local"] as const]),
  ];
  const read = await Promise.all(
    wanted.map(([file, layer]) => readLayer(file, layer, request, report)),
  );
  const environment = environmentLayers(request.env, report);
  const whole = read.filter((node) => node !== null);
  return whole.length === read.length ? [...whole, ...environment] : null;
}

async function readLayer(
  file: string,
  layer: LayerKind,
  request: LayerRequest,
  report: Report,
): Promise<Node | null> {
  const place = { layer, label: labelOf(file, request.directory), file };
  if (layer === "project" && request.importer) {
    return importLayer(request.importer, place, request, report);
  }
  return isProgramFile(file) ? runLayer(place, request, report) : readData(place, report);
}

interface Place extends Omit<Source, "lineOf"> {
  readonly file: string;
}

async function readData(place: Place, report: Report): Promise<Node | null> {
  const { file } = place;
  const document = await readDocument(file);
  if (!document.ok) {
    const source = { ...place, lineOf: () => document.line };
    const { message, column } = document;
    const foreign = isDataFile(file) || importerFor(file) === null ? null : IMPORT;
    report.add({
      code: "CONFIG_INVALID",
      origin: originIn(source),
      text: cannotRead(message),
      hint: document.hint ?? foreign,
      column,
    });
    return null;
  }
  const prefix: Path = file.endsWith("/package.json") ? ["procman"] : [];
  const { lines } = document;
  const source = { ...place, lineOf: (path: Path) => lines.of([...prefix, ...path]) };
  reportRepeated(file, lines, source, prefix, report);
  const data = prefix.reduce<unknown>(
    (inside, key) => Reflect.get(Object(inside), key),
    document.data,
  );
  return growMap(data, source, report);
}

const IMPORT = "'procman config import FILE' writes a configuration from another tool's file.";

async function importLayer(
  importer: Importer,
  place: Place,
  request: LayerRequest,
  report: Report,
): Promise<Node | null> {
  const imported = await importer.read({ ...request, env: request.programEnv, file: place.file });
  if (!imported.ok) {
    report.invalid(
      originIn({ ...place, lineOf: () => imported.line }),
      cannotRead(imported.message),
    );
    return null;
  }
  const { lines } = imported;
  report.notices.push(
    `Using ${place.label}, as there is no procman configuration; 'procman init' writes one`,
    ...imported.notices.map((notice) => `${place.label}: ${notice}`),
  );
  return growMap(imported.data, { ...place, lineOf: (path) => lines.of(path) }, report);
}

async function runLayer(place: Place, request: LayerRequest, report: Report): Promise<Node | null> {
  const source = { ...place, lineOf: () => null };
  const result = await runProgram({ ...request, env: request.programEnv, file: place.file });
  if (result.ok) return growMap(result.data, source, report);
  for (const fault of result.faults) {
    const at = { ...source, lineOf: () => fault.line };
    report.add({
      code: "CONFIG_INVALID",
      origin: originIn(at, fault.path),
      text: fault.path.length === 0 ? cannotRead(fault.message) : fault.message,
      hint: null,
      column: fault.column,
    });
  }
  return null;
}

function growMap(data: unknown, source: Source, report: Report): Node | null {
  if (!isMap(data)) {
    report.invalid(originIn(source), `expected a map of project keys, got ${kindOf(data)}`);
    return null;
  }
  return grow(data, source, report);
}

/** The formats' parsers keep the last of two equal keys; a process defined twice is a mistake all the same. */
function reportRepeated(file: string, lines: Lines, source: Source, prefix: Path, report: Report) {
  if (lines.repeated.length === 0) return;
  const text = readText(file);
  if (typeof text !== "string") return;
  for (const repeated of lines.repeated) {
    const isOurs = prefix.every((key, at) => repeated.path[at] === key);
    if (!isOurs || !isRepeated(file, text, repeated)) continue;
    const first = lines.of(repeated.path);
    const origin = {
      source: { ...source, lineOf: () => repeated.line },
      path: repeated.path.slice(prefix.length),
    };
    report.invalid(origin, `the key is there twice, first on line ${first}`);
  }
}

function labelOf(file: string, directory: string): string {
  const path = relative(directory, file);
  return path.startsWith("..") ? file : path;
}

function cannotRead(why: string): string {
  return `cannot be read: ${why}`;
}

function kindOf(data: unknown): string {
  if (Array.isArray(data)) return "a list";
  return data === null || data === undefined ? "nothing" : `a ${typeof data}`;
}
