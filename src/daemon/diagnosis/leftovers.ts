/** What earlier runs and daemons have left: processes that no instance knows, pipes, and directories. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { outermostRun } from "../../model/ids.ts";
import { limits } from "../../model/limits.ts";
import type { Finding } from "../../protocol/shapes.ts";
import { isAlive } from "../../platform/identity.ts";
import { openHolders } from "../../platform/pipe-holder.ts";
import { processTable } from "../../platform/process-table.ts";
import { knownRuns } from "../../store/registry-check.ts";
import type { Patient } from "./patient.ts";
import { fine, shellWord, warning } from "./finding.ts";

type Left = Pick<Patient, "home" | "holder">;

export function leftoverFindings({ home, holder }: Left): Finding[] {
  const findings = [...processes(home), ...pipeHolders({ home, holder }), ...files(home)];
  return findings.length === 0 ? [fine("leftovers", "none of earlier runs")] : findings;
}

function processes(home: string): Finding[] {
  // In that order: what is started between the two is known.
  const marked = processTable.rows().map((row) => ({ row, runId: processTable.runIdOf(row) }));
  const known = knownRuns(home);
  if (known === null) return [];
  const strays = marked.filter(
    ({ row, runId }) =>
      runId?.startsWith(`${known.homeId}-`) === true &&
      !known.runIds.has(outermostRun(runId)) &&
      isAlive(row),
  );
  if (strays.length === 0) return [];
  const list = strays.slice(0, SHOWN).map(({ row: { pid } }) => {
    return `${pid} (${processTable.commandOf(pid).slice(0, COMMAND_LENGTH)})`;
  });
  const more = strays.length > SHOWN ? ` and ${strays.length - SHOWN} more` : "";
  return [
    warning(
      "leftovers",
      `started by a run that is over, and still there: pid ${list.join(", ")}${more}`,
      `kill ${strays.map(({ row }) => row.pid).join(" ")}`,
    ),
  ];
}

/** Daemons end what former ones have left of them. With none, they are of use while there are runs. */
function pipeHolders({ home, holder }: Left): Finding[] {
  const left = openHolders(join(home, "run"))?.left() ?? [];
  const isUseful = (pid: number): boolean =>
    holder === null
      ? (knownRuns(home)?.runIds.size ?? 0) > 0
      : processTable.row(pid)?.ppid === holder;
  const pids = left.flatMap((it) => it.pids).filter((pid) => !isUseful(pid) && isThere(pid));
  if (pids.length === 0) return [];
  const what = "holds pipes for a daemon that is gone, and nobody needs them";
  return [warning("leftovers", `${what}: pid ${pids.join(", ")}`, `kill ${pids.join(" ")}`)];
}

/** It may have been replaced while it was looked at. */
function isThere(pid: number): boolean {
  return processTable.row(pid)?.isZombie === false;
}

const SHOWN = 5;
const COMMAND_LENGTH = 60;

function files(home: string): Finding[] {
  const pipes = strayPipes(home);
  const tests = entries(home).filter((name) => name.startsWith("self-test-"));
  const paths = [
    ...pipes.map((name) => join(home, "run", name)),
    ...tests.map((name) => join(home, name)),
  ];
  if (paths.length === 0) return [];
  const few = paths.slice(0, SHOWN).map(shellWord).join(" ");
  const fix = paths.length > SHOWN ? `rm -r ${few} …` : `rm -r ${few}`;
  return [warning("leftovers", `${paths.length} files that nobody needs`, fix)];
}

/** Pipes of runs that are over, once nobody can be reading what is left in them. */
function strayPipes(home: string): string[] {
  const names = entries(join(home, "run"));
  const runIds = knownRuns(home)?.runIds ?? new Set();
  const isOver = (name: string): boolean => !runIds.has(name.replace(/\.(?:out|err)$/, ""));
  const found = names.filter((name) => /\.(?:out|err)$/.test(name) && isOver(name));
  if (found.length === 0) return [];
  Bun.sleepSync(limits.settledMs);
  const still = new Set(entries(join(home, "run")));
  return found.filter((name) => still.has(name));
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Not there: nothing was ever started.
  }
}
