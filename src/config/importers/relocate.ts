/** An imported project that is to live in another directory than the file that it was made from. */

import { isAbsolute, join, relative } from "node:path";
import type { ImportedProject } from "./importer.ts";

/** The same project with the paths in it as seen from `to`; they were as seen from `from`. */
export function relocated(data: ImportedProject, from: string, to: string): ImportedProject {
  const way = relative(to, from);
  if (way === "") return data;
  const moved = (path: unknown): unknown =>
    typeof path !== "string" || isAbsolute(path) || path.startsWith("${") ? path : join(way, path);
  const movedFiles = (files: unknown): unknown =>
    Array.isArray(files) ? files.map(moved) : moved(files);
  const withFiles = (map: Readonly<Record<string, unknown>>) =>
    map["envFile"] === undefined ? map : { ...map, envFile: movedFiles(map["envFile"]) };
  const processes = Object.entries(data.processes).map(
    ([name, process]) =>
      [name, { ...withFiles(process), cwd: moved(process["cwd"] ?? ".") }] as const,
  );
  return { ...withFiles(data), processes: Object.fromEntries(processes) };
}
