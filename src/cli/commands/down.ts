/** `procman down`. */

import { existsSync, rmSync } from "node:fs";
import { CAPTURED_INDEX, LOG_STREAMS, logPath, type LogOwner } from "../../logfile/paths.ts";
import { ProcmanError } from "../../model/errors.ts";
import type { Place } from "../../protocol/place.ts";
import type { Status } from "../../protocol/status.ts";
import type { Command, CommandContext } from "../command.ts";
import { logOwners } from "../log-owners.ts";
import { renderResults } from "../render/results.ts";
import { TARGET_FLAGS, TIMEOUT_FLAG, durationFlag } from "./targets.ts";

export const command: Command = {
  usage: "[TARGET…]",
  summary: "stop a project's processes in reverse dependency order, and forget them",
  details: "Returns when no process is left. Logs stay, unless --logs is given.",
  flags: {
    ...TARGET_FLAGS,
    ...TIMEOUT_FLAG,
    logs: { type: "boolean", description: "delete the logs too" },
  },
  examples: [
    ["procman down", "stop this project"],
    ["procman down --timeout 1s --logs", "stop it soon, and delete its logs"],
  ],
  async run(context) {
    const { args, client, place } = context;
    const listed = client.look("list", { ...place, targets: args.words, all: false });
    const nothingHere = (error: unknown): null => {
      if (isProject(place) && isUnknown(error)) return null;
      throw error;
    };
    const before = (await listed.catch(nothingHere)) ?? [];
    const logs = args.isSet("logs") ? await logsOf(context, before) : [];
    const input = {
      ...place,
      targets: args.words,
      timeoutMs: durationFlag(context, "timeout"),
      withDependents: args.isSet("with-dependents"),
    };
    const answer = await client.look("down", input, DOWN).catch(nothingHere);
    for (const log of logs) deleteLog(log);
    const results = answer?.results ?? [];
    if (results.length === 0) context.say("Nothing runs here.");
    const idle = new Set(before.filter(({ pid }) => pid === null).map(({ id }) => id));
    return renderResults(context, results, ({ id }) => {
      return { what: idle.has(id) ? "forgotten" : "stopped and forgotten" };
    });
  },
};

const DOWN = { start: false, waits: true, repeatable: true };

/** What is down already is as it was asked to be; where there is no project, nothing can have been meant. */
function isProject({ files, found = [] }: Place): boolean {
  return files.length + found.length > 0;
}

function isUnknown(error: unknown): boolean {
  return error instanceof ProcmanError && error.problem.code === "NO_PROJECT";
}

/** The paths of the logs that are meant; of a whole project also of what was captured for it. */
async function logsOf(
  context: CommandContext,
  statuses: readonly Status[],
): Promise<readonly string[]> {
  const { args, client } = context;
  const logs = statuses.flatMap((status) => [status.logs.stdout, status.logs.stderr]);
  if (args.words.length > 0 || logs.length === 0) return logs;
  const { known } = await logOwners(context, false);
  const captured = known.filter(({ index }) => index === CAPTURED_INDEX);
  const streamsOf = (owner: LogOwner): string[] =>
    LOG_STREAMS.map((stream) => logPath(client.home, owner, stream));
  return [...logs, ...captured.flatMap(streamsOf)];
}

/** A stream's file and what was rotated out of it: `…stdout.log`, `…stdout.log.1`, `…stdout.log.2.gz`. */
function deleteLog(path: string): void {
  const directory = path.slice(0, path.lastIndexOf("/"));
  const name = path.slice(directory.length + 1);
  if (!existsSync(directory)) return;
  const files = new Bun.Glob(`${name}*`).scanSync({ cwd: directory, absolute: true });
  for (const file of files) rmSync(file, { force: true });
}
