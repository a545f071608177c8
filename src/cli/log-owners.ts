/** Whose logs a command means: the daemon knows while there is one, else the registry and the names of the files. */

import { storedProjectAt } from "../client/registry-peek.ts";
import { isNamed, ownersOnDisk } from "../logfile/on-disk.ts";
import { CAPTURED_INDEX, type LogOwner } from "../logfile/paths.ts";
import { fail, ProcmanError } from "../model/errors.ts";
import { nearest } from "../model/nearest.ts";
import type { CommandContext } from "./command.ts";
import { definitionOf } from "./project-definition.ts";

export interface LogOwners {
  readonly known: readonly LogOwner[];
  /** Those of whom there are logs by now: instances and processes that have come into being since, too. */
  readonly now: () => LogOwner[];
}

/** Of the targets named, or of the whole project. `mayComeLater`: one that is defined and has not written yet will do. */
export async function logOwners(
  context: CommandContext,
  mayComeLater: boolean,
): Promise<LogOwners> {
  const { client, args } = context;
  const running = await fromDaemon(context);
  const [first] = running;
  const project = first?.project ?? (await projectName(context));
  const onDisk = (): LogOwner[] =>
    projectsOf(project, args.words).flatMap((name) => ownersOnDisk(client.home, name));
  const isWanted = wanted(project, args.words, running);
  const now = (): LogOwner[] => onDisk().filter(isWanted);
  const captured = now().filter(({ index }) => index === CAPTURED_INDEX);
  const known = running.length > 0 ? [...running, ...captured] : now();
  if (known.length === 0 && args.words.length > 0) {
    const isComing = mayComeLater && (await isDefined(context));
    if (!isComing) notFound(args.words, onDisk());
  }
  return { known, now };
}

async function fromDaemon({ client, place, args }: CommandContext): Promise<LogOwner[]> {
  const input = { ...place, targets: args.words, all: false };
  const statuses = await client.ask("list", input).catch((error: unknown) => {
    // Not known to the daemon any more: its logs may be there still.
    if (error instanceof ProcmanError && FORGOTTEN.has(error.problem.code)) return null;
    throw error;
  });
  return (statuses ?? []).map(({ project, process, instance }) => ({
    project,
    process,
    index: instance,
  }));
}

const FORGOTTEN: ReadonlySet<string> = new Set([
  "PROCESS_NOT_FOUND",
  "NO_PROJECT",
  "PROJECT_NOT_FOUND",
]);

export async function projectName(context: CommandContext): Promise<string> {
  const named = context.args.text("project");
  if (named !== null) return named;
  const stored = storedProjectAt(context.client.home, context.place);
  return stored ?? (await definitionOf(context)).loaded.spec.name;
}

/** The project, and those named in targets like `blog/web`. */
function projectsOf(project: string, targets: readonly string[]): string[] {
  const elsewhere = targets.flatMap((target) => /^(.+)\/[^/]+$/.exec(target)?.[1] ?? []);
  return [...new Set([project, ...elsewhere])];
}

function wanted(
  project: string,
  targets: readonly string[],
  running: readonly LogOwner[],
): (owner: LogOwner) => boolean {
  // Only the daemon knows who is in a group: of its processes every instance is meant.
  const grouped = targets.some((target) => target.startsWith("@")) ? running : [];
  const processes = new Set(grouped.map((owner) => `${owner.project}/${owner.process}`));
  return (owner) =>
    targets.length === 0 ||
    targets.some((target) => isNamed(owner, project, target)) ||
    processes.has(`${owner.project}/${owner.process}`);
}

/** Every target is a process of the configuration, or a pattern. */
async function isDefined(context: CommandContext): Promise<boolean> {
  const { words } = context.args;
  if (words.some((word) => /[*?]/.test(word))) return true;
  if (context.args.text("project") !== null) return false;
  const { processes } = (await definitionOf(context)).loaded.spec;
  return words.every((word) => Object.hasOwn(processes, word.replace(/\.\d+$/, "")));
}

function notFound(targets: readonly string[], onDisk: readonly LogOwner[]): never {
  const names = [...new Set(onDisk.map(({ process }) => process))];
  const similar = nearest(targets[0] ?? "", names);
  const hint =
    similar === null ? "Nothing of that name has written logs." : `Did you mean '${similar}'?`;
  return fail("PROCESS_NOT_FOUND", `Cannot find logs of '${targets.join(" ")}'`, hint);
}
