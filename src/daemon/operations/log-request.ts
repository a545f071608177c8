/** Whose logs are meant, and how they are read. Also those of processes that were forgotten, and what was captured. */

import { isNamed, ownersOnDisk } from "../../logfile/on-disk.ts";
import { CAPTURED_INDEX, type LogOwner } from "../../logfile/paths.ts";
import { parseCursor } from "../../logfile/cursor.ts";
import { definitionOf } from "../../model/definition-of.ts";
import { fail, ProcmanError } from "../../model/errors.ts";
import type { LogParse } from "../../model/spec.ts";
import type { LogsInput } from "../../protocol/logs.ts";
import type { DaemonContext } from "../context.ts";
import type { LogRequest } from "../log-reading/messages.ts";
import { requireExpression } from "../log-reading/log-readers.ts";
import { select } from "./selection.ts";

export function logRequest(context: DaemonContext, input: LogsInput): LogRequest {
  const { streams, lines, sinceMs, untilMs, grep, ignoreCase, invert, level } = input;
  if (grep !== null) requireExpression(grep);
  const { cursor, follow } = input;
  if (cursor !== null && parseCursor(cursor) === null) {
    const hint = "It is the value of the key 'cursor' of a line.";
    fail("INVALID_PARAMETER", `Cannot understand the cursor ${cursor}`, hint);
  }
  if (follow && untilMs !== null) {
    fail("INVALID_PARAMETER", "Cannot follow up to a time: these exclude each other");
  }
  const owners = ownersOf(context, input);
  const names = [...new Set(owners.map(({ project, process }) => `${project}/${process}`))];
  // Of one that is named by its number, or its pid, no other instance is meant.
  const isWhole = input.targets.some((it) => !/^\d+$|\.\d+$/.test(it));
  return {
    streams,
    lines,
    sinceMs,
    untilMs,
    grep,
    ignoreCase,
    invert,
    level,
    cursor,
    follow,
    home: context.facts.home,
    context: input.context,
    owners,
    whole: isWhole ? names : [],
    parses: Object.fromEntries(owners.flatMap((owner) => parseOf(context, owner))),
  };
}

function ownersOf(context: DaemonContext, input: LogsInput): readonly LogOwner[] {
  const found = selected(context, input);
  const { projects } = context.supervisor.world;
  const where = input.project === null ? [...projects.keys()] : [input.project];
  const kept = [...new Set(where)].flatMap((project) =>
    ownersOnDisk(context.facts.home, project).filter((owner) =>
      input.targets.some((target) => isNamed(owner, project, target)),
    ),
  );
  if (found.length > 0) return [...found, ...kept.filter((it) => it.index === CAPTURED_INDEX)];
  return kept;
}

/** None when there is none, and there are logs of such a name. */
function selected(context: DaemonContext, input: LogsInput): readonly LogOwner[] {
  try {
    return select(context, input);
  } catch (error) {
    const isUnknown = error instanceof ProcmanError && error.problem.code === "PROCESS_NOT_FOUND";
    const isKept = isUnknown && ownersOnDiskNamed(context, input);
    if (isKept) return [];
    throw error;
  }
}

function ownersOnDiskNamed({ facts, supervisor }: DaemonContext, input: LogsInput): boolean {
  const { project } = input;
  const where = project === null ? [...supervisor.world.projects.keys()] : [project];
  return where.some((name) =>
    ownersOnDisk(facts.home, name).some((owner) =>
      input.targets.some((target) => isNamed(owner, name, target)),
    ),
  );
}

function parseOf({ supervisor }: DaemonContext, { project, process }: LogOwner) {
  const spec = definitionOf(supervisor.world.projects.get(project), process);
  const parse: LogParse = spec?.log.parse ?? "auto";
  return parse === "auto" ? [] : [[`${project}/${process}`, parse] as const];
}
