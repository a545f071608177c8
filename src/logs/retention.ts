/** How long log files are kept beyond what rotation says: rotated ones that grow too old though nothing is rotated, and
 *  all files of processes that were removed. */

import { readdirSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { indexPath, logBase } from "../logfile/paths.ts";
import { limits } from "../model/limits.ts";
import { pruneChain, type RetentionRules } from "./chain.ts";

/** The log of a stream whose process is known. */
export interface KeptLog extends RetentionRules {
  readonly log: string;
}

/** Looks at everything below `logs/`. To be called by the one who writes there. */
export function sweepLogs(directory: string, kept: readonly KeptLog[]): void {
  const rulesOf = new Map(kept.map((it) => [it.log, it]));
  for (const project of namesIn(directory)) sweepProject(join(directory, project), rulesOf);
}

function sweepProject(directory: string, rulesOf: ReadonlyMap<string, RetentionRules>): void {
  const names = namesIn(directory);
  for (const [base, files] of Map.groupBy(names, logBase)) {
    if (base === null) continue;
    const log = join(directory, base);
    const rules = rulesOf.get(log);
    if (rules !== undefined) pruneChain(log, rules, files);
    else removeAbandoned(directory, files);
  }
  removeStrayIndexes(directory);
}

/** Of a process that is no longer known, once nothing was written there for long. */
function removeAbandoned(directory: string, files: readonly string[]): void {
  const found = files.map((name) => join(directory, name));
  const times = found.map((it) => statSync(it, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  if (Date.now() - Math.max(...times) < limits.abandonedLogsMs) return;
  for (const file of found) rmSync(file, { force: true });
}

/** Those of files that are gone; the folders too, when nothing is left in them. */
function removeStrayIndexes(directory: string): void {
  const indexes = dirname(indexPath(directory, 0));
  const inodes = new Set(
    namesIn(directory).map((name) =>
      String(statSync(join(directory, name), { throwIfNoEntry: false })?.ino),
    ),
  );
  for (const name of namesIn(indexes)) {
    if (!inodes.has(name)) rmSync(join(indexes, name), { force: true });
  }
  for (const folder of [indexes, directory]) {
    if (namesIn(folder).length === 0) removeEmpty(folder);
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty after all, or no folder: then it stays.
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Gone meanwhile, or no folder: there is nothing to sweep.
  }
}
