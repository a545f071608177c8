/** Whose logs a command means: the daemon knows while there is one, else the names of the files. */

import { ownersOnDisk } from "../logfile/on-disk.ts";
import type { LogOwner } from "../logfile/paths.ts";
import { fail, ProcmanError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { CommandContext } from "./command.ts";
import { definitionOf } from "./project-definition.ts";

/** Of the targets named, or of the whole project. */
export async function logOwners(context: CommandContext): Promise<LogOwner[]> {
  const known = await fromDaemon(context);
  if (known.length > 0) return known;
  const project = await projectName(context);
  const owners = ownersOnDisk(context.client.home, project);
  const { words } = context.args;
  if (words.length === 0) return owners;
  const found = owners.filter((owner) => words.some((target) => matches(owner, target)));
  if (found.length > 0) return found;
  const names = [...new Set(owners.map(({ process }) => process))];
  const similar = nearest(words[0] ?? "", names);
  const hint =
    similar === null ? "Nothing of that name has written logs." : `Did you mean '${similar}'?`;
  return fail("PROCESS_NOT_FOUND", `Cannot find logs of '${words.join(" ")}'`, hint);
}

async function fromDaemon({ client, place, args }: CommandContext): Promise<LogOwner[]> {
  const input = { ...place, targets: args.words, all: false };
  const statuses = await client.ask("list", input).catch((error: unknown) => {
    // Not known to the daemon any more: its logs may be there still.
    if (error instanceof ProcmanError && error.problem.code === "PROCESS_NOT_FOUND") return null;
    if (error instanceof ProcmanError && error.problem.code === "NO_PROJECT") return null;
    throw error;
  });
  return (statuses ?? []).map(({ project, process, instance }) => ({
    project,
    process,
    index: instance,
  }));
}

async function projectName(context: CommandContext): Promise<string> {
  const named = context.args.text("project");
  if (named !== null) return named;
  return (await definitionOf(context)).loaded.spec.name;
}

function matches({ process, index }: LogOwner, target: string): boolean {
  if (target === "all" || target === process || target === `${process}.${index}`) return true;
  return /[*?]/.test(target) && new Bun.Glob(target).match(process);
}
